/** Writes a phantom study's data as a hospital would hand it over: a folder of pictures and one `labels.csv`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import sharp from 'sharp';
import { planSite, type PlannedImage } from './dataset-plan.js';
import { slideVariation, type Laboratory } from './laboratory.js';
import { drawSmear } from './smear.js';

export interface PhantomDatasetRequest {
  /** Folder to write into; made when missing. */
  readonly folder: string;
  /** One site for each laboratory. */
  readonly sites: readonly Laboratory[];
  readonly imagesPerSite: number;
  /** Equal seeds give equal bytes. */
  readonly seed: string;
  /** Side of a picture in pixels, 80 unless given. */
  readonly size?: number;
}

/**
 * Draws all pictures as PNG and writes `labels.csv` with the columns file, label, split, site, patient.
 *
 * @returns what was written, in the order of `labels.csv`.
 * @throws RangeError when a site would have fewer than 5 pictures.
 */
export async function writePhantomDataset(
  request: PhantomDatasetRequest,
): Promise<readonly PlannedImage[]> {
  const written: PlannedImage[] = [];
  for (const laboratory of request.sites) {
    written.push(...(await writeSite(request, laboratory)));
  }
  const rows = written.map(({ file, label, split, site, patient }) =>
    [file, label, split, site, patient].join(','),
  );
  const table = ['file,label,split,site,patient', ...rows].join('\n');
  await writeFile(join(request.folder, 'labels.csv'), `${table}\n`);
  return written;
}

async function writeSite(
  request: PhantomDatasetRequest,
  laboratory: Laboratory,
): Promise<readonly PlannedImage[]> {
  const { folder, imagesPerSite, seed, size = 80 } = request;
  const base = `${seed}/phantom/${laboratory.name}`;
  const images = planSite(laboratory, imagesPerSite, seededRandom(`${base}/plan`));
  for (const image of images) {
    // A generator of its own for every patient and every picture: drawing more of one leaves the others as they were.
    const slide = slideVariation(laboratory, seededRandom(`${base}/patient/${image.patient}`));
    const random = seededRandom(`${base}/${image.file}`);
    const pixels = drawSmear({ cell: image.label, laboratory: slide, size, random });
    const path = join(folder, image.file);
    await mkdir(dirname(path), { recursive: true });
    await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
      .png({ compressionLevel: 6 })
      .toFile(path);
  }
  return images;
}
