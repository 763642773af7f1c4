/** Time as a value that is passed in, so that tests move it. */
export abstract class Clock {
  /** Milliseconds since 1970, for records and deadlines. Order comes from row numbers, never from here. */
  abstract nowMs(): number;
  /** Calls back once after the delay; the returned function cancels. Does not keep the process alive. */
  abstract after(delayMs: number, callback: () => void): () => void;
}

export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
