/**
 * The training of one round at this site. It belongs to the round, not to the attempt: seeded by study, round and site, it gives
 * the same delta whenever it is repeated, so a later attempt, or this one after a restart, takes the delta that is there. Another
 * seed, as after an attempt whose survivors this site endorsed, is another training.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { contentHash } from '@consilium/shared/crypto';
import { parseJson } from '@consilium/shared/encoding';
import { contentHashSchema, positiveSchema } from '@consilium/shared/protocol';
import { isConsiliumError, type ContentHash, type RoundNo } from '@consilium/shared/vocabulary';
import { diskError, PRIVATE_FILE, PRIVATE_FOLDER, systemCode } from '../config/durable-file.js';
import type { StudyFolder } from '../config/home.js';
import { trainedSchema, type Progress, type Trained } from '../trainer-link/messages.js';
import type { PrivateAdapter } from './private-adapter.js';
import type { StudyTrainer } from './study-trainer.js';

/** What a delta depends on: another value of any of these is another delta. */
export interface TrainingOrder {
  readonly roundNo: RoundNo;
  readonly studyProtocolHash: ContentHash;
  readonly adapterCheckpointHash: ContentHash;
  readonly adapterFile: string;
  readonly seed: string;
}

export interface TrainedDelta {
  readonly deltaFile: string;
  readonly trained: Trained;
}

const receiptSchema = z.strictObject({
  v: z.literal(1),
  roundNo: positiveSchema,
  studyProtocolHash: contentHashSchema,
  adapterCheckpointHash: contentHashSchema,
  seed: z.string(),
  deltaHash: contentHashSchema,
  trained: trainedSchema,
});

export interface LocalTrainingOptions {
  readonly folder: StudyFolder;
  readonly trainer: StudyTrainer;
  /** Of a study in which each site trains an adapter for itself as well. */
  readonly privateAdapter: PrivateAdapter | undefined;
  readonly onProgress: (roundNo: RoundNo, progress: Progress) => void;
  /** Called for a delta that was trained now, not for one that was found. */
  readonly onTrained: (roundNo: RoundNo, trained: Trained) => void;
}

interface UnderWay {
  readonly order: TrainingOrder;
  readonly delta: Promise<TrainedDelta>;
  isFinished: boolean;
}

export class LocalTraining {
  private underWay?: UnderWay;

  constructor(private readonly options: LocalTrainingOptions) {}

  /**
   * The delta of the round: found on disk, under way already, or trained now.
   * @throws ConsiliumError with the reason when training fails; the next call tries again
   */
  delta(order: TrainingOrder): Promise<TrainedDelta> {
    if (this.underWay !== undefined && isSameOrder(this.underWay.order, order)) {
      return this.underWay.delta;
    }
    const delta = this.afterThat(this.underWay, order);
    const underWay: UnderWay = { order, delta, isFinished: false };
    this.underWay = underWay;
    underWay.delta.then(
      () => {
        underWay.isFinished = true;
      },
      () => {
        underWay.isFinished = true;
        if (this.underWay === underWay) {
          this.underWay = undefined;
        }
      },
    );
    return underWay.delta;
  }

  /**
   * The round is over: its delta is deleted, and a training that is not finished is stopped. What the site trained for itself
   * stays.
   */
  async forget(roundNo: RoundNo): Promise<void> {
    const { underWay } = this;
    if (underWay !== undefined && underWay.order.roundNo <= roundNo) {
      this.underWay = undefined;
      await this.stop(underWay);
    }
    await this.options.privateAdapter?.after(roundNo);
    await this.removeThrough(roundNo);
  }

  /** The file of the site's own adapter as the training of a round left it; undefined where there is none. */
  async privateFileAfter(roundNo: RoundNo): Promise<string | undefined> {
    return this.options.privateAdapter?.after(roundNo);
  }

  /** Stops a training that is not finished and resolves when it touches no file any more. */
  async close(): Promise<void> {
    await this.options.trainer.stop();
    await Promise.allSettled([this.underWay?.delta]);
  }

  /** Two trainings would write one file: another one that is still under way is stopped first. */
  private async afterThat(
    before: UnderWay | undefined,
    order: TrainingOrder,
  ): Promise<TrainedDelta> {
    if (before !== undefined) {
      await this.stop(before);
    }
    return this.findOrTrain(order);
  }

  private async findOrTrain(order: TrainingOrder): Promise<TrainedDelta> {
    return (await this.find(order)) ?? (await this.train(order));
  }

  private async find(order: TrainingOrder): Promise<TrainedDelta | undefined> {
    const { deltaFile, receiptFile } = this.files(order.roundNo);
    const receipt = receiptSchema.safeParse(await readReceipt(receiptFile));
    if (!receipt.success) {
      return undefined;
    }
    const { studyProtocolHash, adapterCheckpointHash, deltaHash, seed, trained } = receipt.data;
    const isSame =
      seed === order.seed &&
      studyProtocolHash === order.studyProtocolHash &&
      adapterCheckpointHash === order.adapterCheckpointHash &&
      contentHash(await readFile(deltaFile)) === deltaHash;
    const isWhole = (await this.options.privateAdapter?.isTrained(order.roundNo)) ?? true;
    return isSame && isWhole ? { deltaFile, trained } : undefined;
  }

  private async train(order: TrainingOrder): Promise<TrainedDelta> {
    const { roundNo, adapterFile, seed, studyProtocolHash, adapterCheckpointHash } = order;
    const { deltaFile, receiptFile } = this.files(roundNo);
    await mkdir(this.options.folder.roundFolder(roundNo), {
      recursive: true,
      mode: PRIVATE_FOLDER,
    });
    const privateFiles = (await this.options.privateAdapter?.filesOf(roundNo)) ?? {};
    const trained = await this.options.trainer.train(
      { adapterFile, deltaFile, ...privateFiles, roundNo, seed },
      (progress) => {
        this.options.onProgress(roundNo, progress);
      },
    );
    const deltaHash = contentHash(await readFile(deltaFile));
    const receipt = {
      v: 1,
      roundNo,
      studyProtocolHash,
      adapterCheckpointHash,
      seed,
      deltaHash,
      trained,
    } satisfies z.input<typeof receiptSchema>;
    await writeReceipt(receiptFile, JSON.stringify(receipt));
    this.options.onTrained(roundNo, trained);
    return { deltaFile, trained };
  }

  private async stop({ delta, isFinished }: UnderWay): Promise<void> {
    if (!isFinished) {
      await this.options.trainer.stop();
      await Promise.allSettled([delta]);
    }
  }

  private files(roundNo: RoundNo): { readonly deltaFile: string; readonly receiptFile: string } {
    const folder = this.options.folder.roundFolder(roundNo);
    return {
      deltaFile: join(folder, 'delta.safetensors'),
      receiptFile: join(folder, 'delta.json'),
    };
  }

  private async removeThrough(roundNo: RoundNo): Promise<void> {
    const { roundsFolder, roundFolder } = this.options.folder;
    await mkdir(roundsFolder, { recursive: true, mode: PRIVATE_FOLDER });
    for (const name of await readdir(roundsFolder)) {
      const no = Number.parseInt(name, 10);
      if (no <= roundNo) {
        await rm(roundFolder(no), { recursive: true, force: true });
      }
    }
  }
}

function isSameOrder(a: TrainingOrder, b: TrainingOrder): boolean {
  return (
    a.seed === b.seed &&
    a.roundNo === b.roundNo &&
    a.studyProtocolHash === b.studyProtocolHash &&
    a.adapterCheckpointHash === b.adapterCheckpointHash
  );
}

/**
 * Whole after a crash of this process, or not there. A power cut may tear it: that costs a training and nothing else, so nobody
 * waits for the disk. @throws ConsiliumError 'disk-full'
 */
async function writeReceipt(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.draft`, text, { mode: PRIVATE_FILE });
    await rename(`${path}.draft`, path);
  } catch (error) {
    throw diskError(error, dirname(path));
  }
}

/** @returns undefined where no receipt is, or a torn one */
async function readReceipt(path: string): Promise<unknown> {
  try {
    return parseJson(await readFile(path, 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || isConsiliumError(error, 'bad-encoding')) {
      return undefined;
    }
    throw error;
  }
}
