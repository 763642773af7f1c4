/** A leaf as people read it: its fields in their order, and its bytes. */

export type FieldValue =
  | { readonly kind: 'hash'; readonly value: string }
  | { readonly kind: 'moment'; readonly atMs: number }
  | { readonly kind: 'text'; readonly value: string };

export interface Field {
  readonly name: string;
  readonly value: FieldValue;
}

const BYTES_A_LINE = 16;
const OFFSET_DIGITS = 6;

/** @param leaf canonical JSON @returns the fields but the version, in the order of the canonical form */
export function fieldsOf(leaf: string): readonly Field[] {
  const parsed = JSON.parse(leaf) as Readonly<Record<string, unknown>>;
  return Object.entries(parsed)
    .filter(([name]) => name !== 'v')
    .map(([name, value]) => ({ name, value: valueOf(name, value) }));
}

/** Offset, bytes in hex and as ASCII, 16 a line, as hexdump -C writes them. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const line = [...bytes.subarray(at, at + BYTES_A_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'));
    const offset = at.toString(16).padStart(OFFSET_DIGITS, '0');
    lines.push(`${offset}  ${hex.padEnd(3 * BYTES_A_LINE)} ${text.join('')}`);
  }
  return lines.join('\n');
}

function valueOf(name: string, value: unknown): FieldValue {
  if (name === 'atMs' && typeof value === 'number') {
    return { kind: 'moment', atMs: value };
  }
  if (typeof value === 'string') {
    return { kind: value.startsWith('sha256:') ? 'hash' : 'text', value };
  }
  return {
    kind: 'text',
    value: Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
