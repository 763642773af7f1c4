/** Who waits for a state to become something: looked after whenever the owner of the state says that it has changed. */

export class Waiters<State> {
  private readonly looks = new Set<() => void>();

  /** @param read the state as it is now. */
  constructor(private readonly read: () => State) {}

  /** To be called after each change. */
  wake(): void {
    for (const look of [...this.looks]) {
      look();
    }
  }

  /**
   * Resolves with the first value that is not undefined, now or after a later change.
   * @throws what `select` throws; the reason of the signal
   */
  until<T>(select: (state: State) => T | undefined, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.looks.delete(look);
        signal.removeEventListener('abort', stop);
        finish();
      };
      const stop = (): void => {
        settle(() => {
          reject(reasonOf(signal.reason));
        });
      };
      const look = (): void => {
        try {
          const value = select(this.read());
          if (value !== undefined) {
            settle(() => {
              resolve(value);
            });
          }
        } catch (error) {
          settle(() => {
            reject(reasonOf(error));
          });
        }
      };
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener('abort', stop, { once: true });
      this.looks.add(look);
      look();
    });
  }
}

function reasonOf(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted', { cause: error });
}
