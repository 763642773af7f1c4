/** The pictures of the study that is timed: phantom smears, the first of each site for training, the others for the test. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import { writePhantomDataset } from '@consilium/demo/phantom/dataset';
import { laboratories } from '@consilium/demo/phantom/laboratory';

export interface PicturePlan {
  readonly sites: number;
  readonly imagesPerSite: number;
  readonly trainingImages: number;
  /** Side in pixels. */
  readonly size: number;
}

/**
 * Draws into `folder`. There is no validation split, so that a round is its training steps and nothing else.
 * @returns the sites' names in alphabetical order
 */
export async function drawStudyPictures(folder: string, plan: PicturePlan): Promise<string[]> {
  const seed = 'bench';
  const planned = await writePhantomDataset({
    folder,
    sites: laboratories(plan.sites, seededRandom(seed)),
    imagesPerSite: plan.imagesPerSite,
    seed,
    size: plan.size,
  });
  const sites = [...new Set(planned.map(({ site }) => site))].sort();
  const rows = sites.flatMap((site) =>
    planned
      .filter((image) => image.site === site)
      .map(({ file, label }, i) =>
        [file, label, i < plan.trainingImages ? 'train' : 'test', site].join(','),
      ),
  );
  await writeFile(join(folder, 'labels.csv'), `${['file,label,split,site', ...rows].join('\n')}\n`);
  return sites;
}
