/** One usable image of a data set. */
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { Split } from '../trainer-link/messages.js';

export interface Sample {
  readonly row: number;
  /** Absolute path of the file. */
  readonly path: string;
  /** Index of the class in the task. */
  readonly label: number;
  readonly split: Split;
  /** Empty when unknown. */
  readonly patient: string;
  readonly subgroups: Readonly<Record<string, string>>;
  /** Of the file's bytes. */
  readonly hash: ContentHash;
}
