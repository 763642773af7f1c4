/** Thins out progress: a training makes more steps than anyone reads. */
import type { Progress } from './messages.js';

const EVERY_MS = 100;

/** Passes on a report at most every 100 ms, and always the last of a phase; the loss is the mean of what was merged. */
export function mergeProgress(
  send: (progress: Progress) => void,
  nowMs: () => number = () => performance.now(),
): (progress: Progress) => void {
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let losses: number[] = [];
  return (progress) => {
    if (progress.loss !== undefined) {
      losses.push(progress.loss);
    }
    const isLast = progress.step === progress.steps;
    if (!isLast && nowMs() - sentAtMs < EVERY_MS) {
      return;
    }
    sentAtMs = nowMs();
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    send(losses.length === 0 ? progress : { ...progress, loss: mean });
    losses = [];
  };
}
