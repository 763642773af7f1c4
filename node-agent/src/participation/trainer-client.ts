/** What the supervisor needs of a trainer process; specs put a quick stand-in in the place of the real one. */
import type { Trainer } from '../trainer-link/trainer.js';

export type TrainerClient = Pick<Trainer, 'open' | 'train' | 'evaluate' | 'close'>;

/** A trainer of its own for one study; the process starts with the first request. */
export type CreateTrainer = () => TrainerClient;
