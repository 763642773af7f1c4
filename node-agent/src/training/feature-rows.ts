/**
 * Features on their way to a file: one record a row of labels.csv, appended as they are computed, so that a run that was killed
 * goes on where it stopped. The first line says what the records were made of; records made of anything else are thrown away.
 *
 * A record, little-endian: u32 rule (0 = none broken, else its place in DATASET_RULES from 1), f64 size and f64 mtime in
 * milliseconds of the picture's file, then the feature in float32.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { canonicalJson, type JsonObject } from '@consilium/shared/encoding';
import { DATASET_RULES, type DatasetRule } from '../trainer-link/messages.js';

const HEAD_BYTES = 20;
const FLOAT_BYTES = 4;
const MOST_FIRST_LINE = 4096;

/** A file as it was when it was read; zeros where there was none. */
export interface FileState {
  readonly size: number;
  readonly modifiedMs: number;
}

export interface FeatureRow {
  readonly rule: DatasetRule | undefined;
  readonly state: FileState;
  /** Bytes of float32 values; zeros where a rule was broken. */
  readonly feature: Uint8Array;
}

export class FeatureRows {
  private constructor(
    private readonly file: FileHandle,
    /** Bytes of the first line. */
    private readonly begin: number,
    private readonly featureSize: number,
    private rows: number,
  ) {}

  /** @param key what decides the values of every row @param featureSize numbers in one feature */
  static async open(path: string, key: JsonObject, featureSize: number): Promise<FeatureRows> {
    const line = Buffer.from(`${canonicalJson({ ...key, featureSize })}\n`);
    const file = await open(path, 'a+', 0o600);
    const { size } = await file.stat();
    const found = Buffer.alloc(Math.min(line.length, MOST_FIRST_LINE));
    await file.read(found, 0, found.length, 0);
    const recordBytes = HEAD_BYTES + featureSize * FLOAT_BYTES;
    if (found.equals(line)) {
      const rows = Math.floor((size - line.length) / recordBytes);
      return new FeatureRows(file, line.length, featureSize, rows);
    }
    await file.truncate(0);
    await file.writeFile(line);
    return new FeatureRows(file, line.length, featureSize, 0);
  }

  /** Rows that are there. */
  get count(): number {
    return this.rows;
  }

  /** Forgets every row from this one on, and what a killed run had written of the next. */
  async keepFirst(rows: number): Promise<void> {
    this.rows = Math.min(rows, this.rows);
    await this.file.truncate(this.offset(this.rows));
  }

  async append(rows: readonly FeatureRow[]): Promise<void> {
    const bytes = new Uint8Array(rows.length * this.recordBytes());
    rows.forEach((row, i) => {
      const record = bytes.subarray(i * this.recordBytes(), (i + 1) * this.recordBytes());
      encodeHead(row, record);
      record.set(row.feature, HEAD_BYTES);
    });
    await this.file.appendFile(bytes);
    this.rows += rows.length;
  }

  /** @param at of a row that is there */
  async read(at: number): Promise<FeatureRow> {
    const record = Buffer.alloc(this.recordBytes());
    await this.file.read(record, 0, record.length, this.offset(at));
    const code = record.readUInt32LE(0);
    return {
      rule: DATASET_RULES[code - 1],
      state: { size: record.readDoubleLE(4), modifiedMs: record.readDoubleLE(12) },
      feature: record.subarray(HEAD_BYTES),
    };
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private recordBytes(): number {
    return HEAD_BYTES + this.featureSize * FLOAT_BYTES;
  }

  private offset(row: number): number {
    return this.begin + row * this.recordBytes();
  }
}

/** A path that leads nowhere has the state of no file. */
export async function fileState(path: string | undefined): Promise<FileState> {
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  return found === undefined
    ? { size: 0, modifiedMs: 0 }
    : { size: found.size, modifiedMs: found.mtimeMs };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.modifiedMs === b.modifiedMs;
}

function encodeHead({ rule, state }: FeatureRow, record: Uint8Array): void {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  view.setUint32(0, rule === undefined ? 0 : DATASET_RULES.indexOf(rule) + 1, true);
  view.setFloat64(4, state.size, true);
  view.setFloat64(12, state.modifiedMs, true);
}
