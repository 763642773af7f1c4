/**
 * A site's images as training uses them: every usable row of labels.csv with its class, split and content hash. Faulty rows are
 * counted and listed by row and rule; the rest is used. Names, labels and patients stay in this process.
 */
import type { Preprocessing } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { SPLITS, type DatasetReport, type Split } from '../trainer-link/messages.js';
import { readLabelsFile } from './labels-file.js';
import { openImage, type OpenedImage } from './open-image.js';
import { PixelStore } from './pixel-store.js';
import { Problems } from './problems.js';
import { checkRows, type CheckedRow } from './row-checks.js';
import type { Sample } from './sample.js';
import type { PreparedPicture } from './transforms/preprocess.js';

/** Decoding runs in libvips threads: a few files at once keep the cores busy and little in memory. */
const AT_ONCE = 4;

export interface DatasetOptions {
  /** Holds labels.csv and, below it, the files it names. */
  readonly folder: string;
  /** Use only the rows of these sites; all rows when empty. */
  readonly sites: readonly string[];
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

export interface Dataset {
  readonly report: DatasetReport;
  /** In the order of labels.csv. */
  samples(split: Split): readonly Sample[];
  /** Resized and cropped for the backbone. @throws ConsiliumError 'bad-dataset' if the file changed. */
  picture(sample: Sample): Promise<PreparedPicture>;
}

/** @throws ConsiliumError 'bad-dataset' when there is no usable labels.csv */
export async function openDataset(options: DatasetOptions): Promise<Dataset> {
  const rows = await readLabelsFile(options.folder, options.sites);
  const problems = new Problems();
  const checked = await checkRows(options.folder, rows, options.classes, problems);
  const store = new PixelStore(options.preprocessing);
  const opened = await openAll(checked, store, problems);
  const used = withoutPatientsInTwoSplits(opened, problems);
  return {
    report: reportOf(rows.length, used, options.classes.length, problems),
    samples: (split) => used.filter((sample) => sample.split === split),
    picture: (sample) => store.picture(sample),
  };
}

/** @throws ConsiliumError 'dataset-too-small' when fewer training images are usable than the study asks for */
export function requireEnough({ bySplit, skipped }: DatasetReport, minSamples: number): void {
  if (bySplit.train < minSamples) {
    throw new ConsiliumError(
      'dataset-too-small',
      `${bySplit.train} usable training images, the study asks for ${minSamples}; ${skipped} rows were left out`,
    );
  }
}

/** Byte-identical files count once, whatever they are called: twice they would leak from one split into another. */
async function openAll(
  rows: readonly CheckedRow[],
  store: PixelStore,
  problems: Problems,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const images = await Promise.all(some.map(({ path }) => openImage(path)));
    some.forEach((checked, i) => {
      const image = images[i] as OpenedImage;
      if (image.kind === 'refused') {
        problems.add(checked.row.row, image.rule);
      } else if (seen.has(image.hash)) {
        problems.add(checked.row.row, 'duplicate-image');
      } else {
        seen.add(image.hash);
        store.keep(image.hash, image.image);
        const { row, path, label, split } = checked;
        const { patient, subgroups } = row;
        samples.push({ row: row.row, path, label, split, patient, subgroups, hash: image.hash });
      }
    });
  }
  return samples;
}

/** A patient belongs to the split of their first usable row; rows in another split are left out. */
function withoutPatientsInTwoSplits(samples: readonly Sample[], problems: Problems): Sample[] {
  const splitOf = new Map<string, Split>();
  return samples.filter(({ row, patient, split }) => {
    if (patient === '') {
      return true;
    }
    const first = splitOf.get(patient) ?? split;
    splitOf.set(patient, first);
    if (first !== split) {
      problems.add(row, 'patient-in-two-splits');
    }
    return first === split;
  });
}

function reportOf(
  rows: number,
  used: readonly Sample[],
  classes: number,
  problems: Problems,
): DatasetReport {
  const perSplit = <T>(value: (inSplit: readonly Sample[]) => T): Record<Split, T> =>
    Object.fromEntries(
      SPLITS.map((split) => [split, value(used.filter((sample) => sample.split === split))]),
    ) as Record<Split, T>;
  return {
    images: rows,
    used: used.length,
    skipped: problems.count,
    bySplit: perSplit((samples) => samples.length),
    classCounts: perSplit((samples) =>
      Array.from(
        { length: classes },
        (_, label) => samples.filter((sample) => sample.label === label).length,
      ),
    ),
    ...problems.report(),
  };
}
