/** A bounded list of sessions by key: each owns threads and an arena as large as its largest moment, so few are kept. */

export class SessionCache<Held extends { dispose(): void }> {
  private readonly held = new Map<string, Held>(); // Least recently used first.

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.held.size;
  }

  /** The one under this key, made anew if it was dropped meanwhile. */
  use(key: string, make: () => Held): Held {
    const found = this.held.get(key) ?? make();
    this.held.delete(key);
    this.held.set(key, found);
    this.dropBeyondLimit();
    return found;
  }

  dispose(): void {
    this.held.forEach((held) => held.dispose());
    this.held.clear();
  }

  private dropBeyondLimit(): void {
    for (const [key, held] of this.held) {
      if (this.held.size <= this.limit) {
        return;
      }
      this.held.delete(key);
      held.dispose();
    }
  }
}
