/** A wake-up without content: who listens looks at the rows. Losing one costs the time to the next sweep. */
export class Signal {
  private readonly listeners = new Set<() => void>();

  /** @returns a function that ends the listening. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  fire(): void {
    for (const listener of this.listeners) {
      listener();
    }
  }
}
