/**
 * The adapter that a site trains for itself, beside the one that the study shares. Its file never leaves the home folder. Each
 * training begins where the last finished round left it and writes beside the round's delta, so a repeated training gives the
 * same file; when the round is over, that file takes the place of the one before. All of it may be cut short anywhere.
 */
import { access, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RoundNo } from '@consilium/shared/vocabulary';
import { PRIVATE_FOLDER, syncFolder, systemCode } from '../config/durable-file.js';
import type { StudyFolder } from '../config/home.js';
import type { TrainRequest } from '../trainer-link/messages.js';

export class PrivateAdapter {
  constructor(private readonly folder: StudyFolder) {}

  /** What a training of the round reads and writes. That it begins means that every round before it is over. */
  async filesOf(roundNo: RoundNo): Promise<Pick<TrainRequest, 'privateFile' | 'privateOutFile'>> {
    const privateFile = await this.after(roundNo - 1);
    const privateOutFile = this.outFile(roundNo);
    return privateFile === undefined ? { privateOutFile } : { privateFile, privateOutFile };
  }

  /** Whether a training of the round has written it. */
  isTrained(roundNo: RoundNo): Promise<boolean> {
    return exists(this.outFile(roundNo));
  }

  /**
   * The round is over: what its training wrote becomes the site's adapter.
   * @returns the file, or undefined when this site has trained in no round so far
   */
  async after(roundNo: RoundNo): Promise<string | undefined> {
    const { privateFile } = this.folder;
    for (const no of await this.roundsThrough(roundNo)) {
      if (await this.isTrained(no)) {
        await mkdir(dirname(privateFile), { recursive: true, mode: PRIVATE_FOLDER });
        await rename(this.outFile(no), privateFile);
        await syncFolder(dirname(privateFile));
      }
    }
    return (await exists(privateFile)) ? privateFile : undefined;
  }

  private outFile(roundNo: RoundNo): string {
    return join(this.folder.roundFolder(roundNo), 'private.safetensors');
  }

  /** Rounds whose folder is still there, the earliest first. */
  private async roundsThrough(roundNo: RoundNo): Promise<number[]> {
    const { roundsFolder } = this.folder;
    await mkdir(roundsFolder, { recursive: true, mode: PRIVATE_FOLDER });
    const numbers = (await readdir(roundsFolder)).map((name) => Number.parseInt(name, 10));
    return numbers.filter((no) => no <= roundNo).sort((a, b) => a - b);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
