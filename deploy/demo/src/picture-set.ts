/** Where the demo's pictures come from: a folder that the caller names, or phantom blood smears drawn on the spot. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import { isSiteId } from '@consilium/shared/vocabulary';
import { parse } from 'csv-parse/sync';
import { writePhantomDataset } from './phantom/dataset.js';
import { laboratories } from './phantom/laboratory.js';

const IMAGES_PER_SITE = 160;

export interface PictureSet {
  readonly folder: string;
  readonly classes: readonly string[];
  readonly sites: readonly string[];
  readonly rows: readonly PictureRow[];
}

export interface PictureRow {
  readonly label: string;
  readonly split: string;
  readonly site: string;
}

/** Draws the phantom data set under `folder`. Same seed, same pictures. */
export async function drawPictures(
  folder: string,
  sites: number,
  seed: number,
): Promise<PictureSet> {
  await writePhantomDataset({
    folder,
    sites: laboratories(sites, seededRandom(`${seed}/phantom/laboratories`)),
    imagesPerSite: IMAGES_PER_SITE,
    seed: String(seed),
  });
  return readPictures(folder, undefined);
}

/**
 * Reads `labels.csv` of a folder. Rows without label or site are left to the agents, which count and list them.
 * @param wanted how many of the sites take part; all when undefined, in alphabetical order.
 * @throws Error with a sentence that says what is wrong with the folder.
 */
export async function readPictures(
  folder: string,
  wanted: number | undefined,
): Promise<PictureSet> {
  const file = join(folder, 'labels.csv');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} cannot be read: --data needs a folder with labels.csv`);
  });
  const records = parse<Record<string, string>>(text, {
    columns: true,
    bom: true,
    relax_column_count: true,
    trim: true,
  });
  const rows = records.map((record) => ({
    label: record['label'] ?? '',
    split: record['split'] ?? '',
    site: record['site'] ?? '',
  }));
  const allSites = distinct(rows.map((row) => row.site));
  const sites = allSites.slice(0, wanted ?? allSites.length);
  const unusable = sites.find((site) => !isSiteId(site));
  if (unusable !== undefined) {
    throw new Error(
      `labels.csv names the site "${unusable}": site names are lower-case letters, digits and hyphens`,
    );
  }
  if (sites.length < 2 || (wanted !== undefined && sites.length < wanted)) {
    throw new Error(`labels.csv names ${allSites.length} sites, a federation needs ${wanted ?? 2}`);
  }
  const used = rows.filter((row) => sites.includes(row.site));
  return { folder, classes: distinct(used.map((row) => row.label)), sites, rows: used };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').sort();
}
