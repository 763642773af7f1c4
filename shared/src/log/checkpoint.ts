/**
 * The log checkpoint as text (C2SP tlog-checkpoint): origin, size in decimal, root in base64, each on a line. Stricter than the
 * specification in one point: extension lines are refused, since no monitor can check what they say.
 */
import { fromBase64, requireBytes, toBase64 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { HASH_BYTES } from './hashes.js';

export interface Checkpoint {
  /** What names the log for ever, such as `coordinator.example/log`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const THREE_LINES = /^(?<origin>[^\n]*)\n(?<decimal>[^\n]*)\n(?<base64>[^\n]*)\n$/;
const DECIMAL = /^(0|[1-9][0-9]*)$/;
/** What would break the line it stands in, or a note (C2SP signed-note). */
const CONTROL = /\p{Cc}/u;

/** @throws RangeError unless the origin is one non-empty line, the size whole and the root 32 bytes */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || CONTROL.test(origin)) {
    throw new RangeError('the origin of a checkpoint must be one line of text');
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`the size of a checkpoint must be a whole number, got ${size}`);
  }
  return `${origin}\n${size}\n${toBase64(requireBytes(root, HASH_BYTES, 'root'))}\n`;
}

/**
 * Reads the body of a note whose signature was verified.
 * @throws ConsiliumError 'checkpoint-invalid' on any other text than formatCheckpoint writes
 */
export function parseCheckpoint(text: string): Checkpoint {
  const { origin = '', decimal = '', base64 = '' } = THREE_LINES.exec(text)?.groups ?? {};
  if (origin === '' || CONTROL.test(origin)) {
    throw invalid('it must be three lines, the first an origin without control characters');
  }
  const size = Number(decimal);
  if (!DECIMAL.test(decimal) || !Number.isSafeInteger(size)) {
    throw invalid('its size is no plain decimal number below 2^53');
  }
  return { origin, size, root: parseRoot(base64) };
}

function parseRoot(base64: string): Uint8Array {
  try {
    return requireBytes(fromBase64(base64), HASH_BYTES, 'root');
  } catch (cause) {
    throw invalid('its root is not the base64 of 32 bytes', cause);
  }
}

function invalid(fault: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('checkpoint-invalid', `log checkpoint: ${fault}`, { cause });
}
