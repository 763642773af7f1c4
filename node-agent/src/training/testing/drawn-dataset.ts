/** Data sets that a spec draws itself: two kinds of picture that a tiny model can tell apart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '@consilium/shared/crypto';

export const DRAWN_CLASSES = ['bright', 'striped'] as const;

export interface DrawnDataset {
  /** Rows of each split; classes alternate. */
  readonly train: number;
  readonly val: number;
  readonly test: number;
}

/** Draws PNG files and writes labels.csv into the folder. */
export async function drawDataset(folder: string, sizes: DrawnDataset): Promise<void> {
  mkdirSync(join(folder, 'images'), { recursive: true });
  const rows = ['file,label,split,site,patient,scanner'];
  for (const split of ['train', 'val', 'test'] as const) {
    for (let i = 0; i < sizes[split]; i += 1) {
      const label = DRAWN_CLASSES[i % 2] ?? 'bright';
      const file = `images/${split}-${i}.png`;
      writeFileSync(join(folder, file), await drawPicture(label, `${split}/${i}`));
      rows.push(`${file},${label},${split},here,${split}-patient-${i},s${i % 3}`);
    }
  }
  writeFileSync(join(folder, 'labels.csv'), rows.join('\n') + '\n');
}

/** 20 x 18 pixels: a bright field, or dark and light columns, both noisy. */
export function drawPicture(label: string, seed: string): Promise<Buffer> {
  const [width, height] = [20, 18];
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const level = label === 'bright' ? 170 : column % 4 < 2 ? 40 : 210;
    return Math.max(0, Math.min(255, level + random.integer(60) - 30));
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
