/** What the commands use of the world outside: main.ts hands in the real ones, specs their own. */
import type { BackboneDescription } from '@consilium/shared/protocol';
import type { EngineChoice } from '../config/engine-choice.js';
import type { Environment } from '../config/environment.js';
import type { TrainerClient } from '../participation/trainer-client.js';
import type { UpdateSealer } from '../participation/update-sealer.js';
import type { DatasetReport } from '../trainer-link/messages.js';
import type { Trainer } from '../trainer-link/trainer.js';
import type { AdapterTools } from './adapter-tools.js';

/** A trainer for the commands that need no study too. */
export type LocalTrainer = TrainerClient & Pick<Trainer, 'extract' | 'measure' | 'probe'>;

export interface TrainerLimits {
  readonly memoryMiB: number;
  readonly jobMinutes: number;
  readonly engine?: EngineChoice | undefined;
  readonly threads?: number | undefined;
}

export interface DatasetToCheck {
  readonly folder: string;
  /** Only the rows of these sites; all rows when empty. */
  readonly sites: readonly string[];
  readonly classes: readonly string[];
}

export interface InspectedBackbone {
  /** Whose spelling the files have, such as `transformers dinov2`. */
  readonly layout: string;
  readonly description: BackboneDescription;
}

export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal that shows colours. */
  readonly colours?: boolean;
}

/** Colours are for people who look at a terminal and did not decline them. */
export function showsColour({ colours }: Output): boolean {
  return colours === true;
}

export interface CliTools extends AdapterTools {
  /** @throws ConsiliumError 'bad-configuration' */
  readonly environment: () => Environment;
  readonly stdout: Output;
  readonly stderr: { write(text: string): unknown };
  /** Asks the person at the terminal; absent where nobody can be asked. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Set off by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly trainers: (limits: TrainerLimits) => () => LocalTrainer;
  readonly seal: UpdateSealer;
  /** Reads every tensor once. @throws ConsiliumError 'bad-backbone' */
  readonly inspectBackbone: (folder: string) => Promise<InspectedBackbone>;
  readonly checkDataset: (dataset: DatasetToCheck) => Promise<DatasetReport>;
}

/** For commands that a data manager watches. */
export const LOCAL_LIMITS: TrainerLimits = { memoryMiB: 4096, jobMinutes: 720 };
