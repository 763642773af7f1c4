/** The studies of this site as the pages show them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { readStudies, type StudyView } from '../participation/study-view.js';

/**
 * Reads the studies again only when the journal or a decision has changed: pages ask every two seconds, a journal may be long.
 */
export class SiteStudies {
  private kept:
    { readonly name: string; readonly studies: Promise<readonly StudyView[]> } | undefined;

  constructor(private readonly home: Home) {}

  /** @throws ConsiliumError as readStudies */
  async read(): Promise<readonly StudyView[]> {
    const name = await nameOf(this.home);
    if (this.kept?.name !== name) {
      const studies = readStudies(this.home);
      this.kept = { name, studies };
      // What failed once may be read the next time, although nothing has changed since.
      studies.catch(() => {
        this.kept = undefined;
      });
    }
    return this.kept.studies;
  }
}

/** Sizes and times of everything that a study view is read from. */
async function nameOf({ journalFolder, policyFile, approvalsFolder }: Home): Promise<string> {
  const paths = [
    join(journalFolder, 'entries.log'),
    join(journalFolder, 'snapshot.log'),
    policyFile,
    approvalsFolder,
  ];
  const marks = await Promise.all(paths.map(markOf));
  return marks.join(' ');
}

async function markOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size}/${mtimeMs}`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return '-';
    }
    throw error;
  }
}
