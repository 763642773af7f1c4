/** Documents that rows hold as text, parsed once: the same text under the same key is the same document. */

/** Beyond so many the one that was parsed first is forgotten; its next reader parses it again. */
const REMEMBERED = 256;

/** Callers share what they get, so it is never changed. */
export class ParsedTexts<T extends object> {
  private readonly byKey = new Map<string, { readonly text: string; readonly value: T }>();

  constructor(private readonly parse: (json: unknown) => T) {}

  /** @param text JSON, as the row has it now. @throws what `parse` throws */
  of(key: string, text: string): T {
    const known = this.byKey.get(key);
    if (known?.text === text) {
      return known.value;
    }
    const value = this.parse(JSON.parse(text));
    this.byKey.delete(key);
    this.byKey.set(key, { text, value });
    const [oldest] = this.byKey.keys();
    if (this.byKey.size > REMEMBERED && oldest !== undefined) {
      this.byKey.delete(oldest);
    }
    return value;
  }
}
