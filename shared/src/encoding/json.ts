/**
 * A JSON parser (RFC 8259) for untrusted text. JSON.parse lets the last of two equal keys win, so two programs may read one
 * signed text differently, and keeps an own `__proto__` that a later merge acts on; this one refuses both, and deep nesting.
 */
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';
import { isWellFormed, utf8 } from './bytes.js';

export interface JsonLimits {
  /** Objects and arrays within each other; `LIMITS.jsonDepth` if not given. */
  readonly maxDepth?: number;
  /** Bytes of the text in UTF-8; `LIMITS.frameBytes` if not given. */
  readonly maxBytes?: number;
}

/** Keys that reach the prototype of an object when it is merged carelessly. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Any character of a string but plain ones: escapes, controls, and surrogates, which may be half a pair. */
const NEEDS_CARE = /[^ -[\]-\ud7ff\ue000-\uffff]/;

/**
 * @throws ConsiliumError 'message-too-large' above `maxBytes`; 'bad-encoding' naming the position on anything that is not
 * JSON, a repeated or forbidden key, nesting beyond `maxDepth`, a number beyond the finite floats, half a surrogate pair.
 */
export function parseJson(text: string, limits: JsonLimits = {}): unknown {
  const maxBytes = limits.maxBytes ?? LIMITS.frameBytes;
  if (text.length > maxBytes || (text.length * 3 > maxBytes && utf8(text).length > maxBytes)) {
    throw new ConsiliumError('message-too-large', `JSON text is longer than ${maxBytes} bytes`);
  }
  return new Reader(text, limits.maxDepth ?? LIMITS.jsonDepth).document();
}

export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key);
}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  document(): unknown {
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.refuse('text after the value');
    }
    return value;
  }

  private value(): unknown {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > this.maxDepth) {
      throw this.refuse(`nested deeper than ${this.maxDepth}`);
    }
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.accept('}')) {
      return object;
    }
    do {
      const key = this.key(object);
      this.expect(':');
      object[key] = this.value();
    } while (this.accept(','));
    this.expect('}');
    return object;
  }

  private array(): unknown[] {
    const items: unknown[] = [];
    if (this.accept(']')) {
      return items;
    }
    do {
      items.push(this.value());
    } while (this.accept(','));
    this.expect(']');
    return items;
  }

  private key(object: object): string {
    this.skipSpace();
    const key = this.string();
    if (isForbiddenKey(key)) {
      throw this.refuse('forbidden key');
    }
    if (Object.hasOwn(object, key)) {
      throw this.refuse('repeated key');
    }
    return key;
  }

  private string(): string {
    const end = this.endOfString();
    const token = this.text.slice(this.at, end);
    if (!NEEDS_CARE.test(token)) {
      this.at = end;
      return token.slice(1, -1);
    }
    let value: string;
    try {
      value = JSON.parse(token) as string;
    } catch (cause) {
      throw this.refuse('bad string', cause);
    }
    if (!isWellFormed(value)) {
      throw this.refuse('half a surrogate pair');
    }
    this.at = end;
    return value;
  }

  /** Found by searching, not by one pattern: on megabytes of text a pattern would exhaust its backtracking stack. */
  private endOfString(): number {
    if (this.text[this.at] !== '"') {
      throw this.refuse('expected a string');
    }
    let quote = this.at;
    do {
      quote = this.text.indexOf('"', quote + 1);
      if (quote < 0) {
        throw this.refuse('string without an end');
      }
    } while (this.isEscaped(quote));
    return quote + 1;
  }

  private isEscaped(position: number): boolean {
    let backslashes = 0;
    while (this.text[position - 1 - backslashes] === '\\') {
      backslashes += 1;
    }
    return backslashes % 2 === 1;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const token = NUMBER.exec(this.text)?.[0];
    if (token === undefined) {
      throw this.refuse('expected a value');
    }
    const value = Number(token);
    if (!Number.isFinite(value)) {
      throw this.refuse('number out of range');
    }
    this.at += token.length;
    return value;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) {
      throw this.refuse('expected a value');
    }
    this.at += word.length;
    return value;
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private accept(mark: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== mark) {
      return false;
    }
    this.at += 1;
    return true;
  }

  private expect(mark: string): void {
    if (!this.accept(mark)) {
      throw this.refuse(`expected "${mark}"`);
    }
  }

  private refuse(reason: string, cause?: unknown): ConsiliumError {
    return new ConsiliumError('bad-encoding', `JSON at character ${this.at}: ${reason}`, { cause });
  }
}
