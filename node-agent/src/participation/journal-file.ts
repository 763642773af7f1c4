/**
 * The file under the journal: numbered lines, each with a checksum, synced one by one. A last line that was cut by a crash is
 * dropped, since nothing that depends on it was sent; damage anywhere else is reported, never skipped.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { sha256 } from '@consilium/shared/crypto';
import { parseJson, toHex, utf8 } from '@consilium/shared/encoding';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { diskError, PRIVATE_FILE, systemCode } from '../config/durable-file.js';

export interface JournalLine {
  /** From 1, without gaps. */
  readonly no: number;
  readonly json: unknown;
}

const CHECKSUM_DIGITS = 16;
const LINE = /^(?<no>[1-9][0-9]{0,15}) (?<checksum>[0-9a-f]{16}) (?<json>.*)$/s;

export function encodeLine(no: number, json: object): Uint8Array {
  const text = JSON.stringify(json);
  return utf8(`${no} ${checksumOf(no, text)} ${text}\n`);
}

/** @throws ConsiliumError 'bad-encoding' naming the line that is damaged */
export function readLines(path: string): {
  readonly lines: readonly JournalLine[];
  /** Where the whole lines end. */
  readonly bytes: number;
  /** Whether a torn line follows. */
  readonly isTorn: boolean;
} {
  const content = readIfThere(path);
  const lines: JournalLine[] = [];
  let begin = 0;
  while (begin < content.length) {
    const end = content.indexOf(0x0a, begin);
    const isLast = end < 0 || end === content.length - 1;
    const line = end < 0 ? undefined : decodeLine(content.subarray(begin, end).toString('utf8'));
    if (line === undefined && isLast) {
      break;
    }
    const previous = lines.at(-1);
    if (line === undefined || (previous !== undefined && line.no !== previous.no + 1)) {
      throw damaged(path, lines.length + 1);
    }
    lines.push(line);
    begin = end + 1;
  }
  return { lines, bytes: begin, isTorn: begin < content.length };
}

export function damaged(path: string, line: number): ConsiliumError {
  return new ConsiliumError(
    'bad-encoding',
    `${path} is damaged at line ${line}: keep the folder and enrol anew`,
  );
}

/** An open file that lines are appended to. */
export class JournalFile {
  private readonly descriptor: number;
  /** What an append failed with: part of its line may stand at the end, and nothing may follow that. */
  private fault: Error | undefined;

  /** @param bytes where the whole lines end: a torn rest is cut off. */
  constructor(
    private readonly path: string,
    bytes: number,
  ) {
    this.descriptor = openSync(path, 'a', PRIVATE_FILE);
    ftruncateSync(this.descriptor, bytes);
  }

  /** On the disk when it returns. Once it failed it fails for good: a restart cuts the rest off. @throws ConsiliumError 'disk-full' */
  append(line: Uint8Array): void {
    if (this.fault !== undefined) {
      throw this.fault;
    }
    try {
      let written = 0;
      while (written < line.length) {
        written += writeSync(this.descriptor, line, written);
      }
      fsyncSync(this.descriptor);
    } catch (error) {
      const fault = diskError(error, this.path);
      this.fault = fault instanceof Error ? fault : new Error('the journal cannot be written');
      throw this.fault;
    }
  }

  clear(): void {
    ftruncateSync(this.descriptor, 0);
    fsyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function decodeLine(text: string): JournalLine | undefined {
  const { no = '', checksum = '', json = '' } = LINE.exec(text)?.groups ?? {};
  if (no === '' || checksumOf(Number(no), json) !== checksum) {
    return undefined;
  }
  return { no: Number(no), json: parseJson(json, { maxBytes: 64 * LIMITS.frameBytes }) };
}

function checksumOf(no: number, text: string): string {
  return toHex(sha256(utf8(`${no} ${text}`))).slice(0, CHECKSUM_DIGITS);
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return Buffer.alloc(0);
    }
    throw error;
  }
}
