/** What the commands use of the world outside: main.ts hands in the real ones, specs their own. */
import type { BackboneDescription } from '@consilium/shared/protocol';
import type { Environment } from '../config/environment.js';
import type { CreateTrainer } from '../participation/trainer-client.js';
import type { UpdateSealer } from '../participation/update-sealer.js';
import type { DatasetReport } from '../trainer-link/messages.js';

export interface TrainerLimits {
  readonly memoryMiB: number;
  readonly jobMinutes: number;
}

export interface DatasetToCheck {
  readonly folder: string;
  /** Only the rows of these sites; all rows when empty. */
  readonly sites: readonly string[];
  readonly classes: readonly string[];
}

export interface CliTools {
  /** @throws ConsiliumError 'bad-configuration' */
  readonly environment: () => Environment;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Set off by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly trainers: (limits: TrainerLimits) => CreateTrainer;
  readonly seal: UpdateSealer;
  readonly describeBackbone: (folder: string) => Promise<BackboneDescription>;
  readonly checkDataset: (dataset: DatasetToCheck) => Promise<DatasetReport>;
}

/** For commands that a data manager watches. */
export const LOCAL_LIMITS: TrainerLimits = { memoryMiB: 4096, jobMinutes: 720 };
