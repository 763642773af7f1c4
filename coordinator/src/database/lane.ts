/**
 * One piece of work at a time, in the order it was asked for. TypeORM gives SQLite a single connection: overlapping
 * transactions there undo each other's acknowledged writes, so everything goes through one lane.
 */
export class Lane {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects with the work's own outcome; a failure does not stop the work behind it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything asked for so far is over. */
  async idle(): Promise<void> {
    await this.last;
  }
}
