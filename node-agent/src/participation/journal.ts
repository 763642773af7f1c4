/**
 * The site's write-ahead journal. An entry is on the disk before anything that follows from it is sent; the state is the fold
 * over all entries, and drivers wait on the state instead of on messages.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { PRIVATE_FOLDER, writeDurablySync } from '../config/durable-file.js';
import { Waiters } from '../config/waiters.js';
import {
  agentStateSchema,
  EMPTY_STATE,
  journalEntrySchema,
  type AgentState,
  type JournalEntry,
} from './agent-state.js';
import { applyEntry } from './fold.js';
import { damaged, encodeLine, JournalFile, readLines } from './journal-file.js';

export interface JournalOptions {
  /** Entries between two snapshots. */
  readonly snapshotEvery?: number;
  /** For tests: called before an entry is written and after it is safe; an error thrown here is a crash at this place. */
  readonly crashPoint?: (place: 'before' | 'after', entry: JournalEntry) => void;
}

const SNAPSHOT_EVERY = 500;

export class Journal {
  private readonly waiters = new Waiters(() => this.current);

  private constructor(
    private readonly folder: string,
    private readonly file: JournalFile,
    private readonly options: JournalOptions,
    private current: AgentState,
    private lastNo: number,
    private snapshotNo: number,
  ) {}

  /** @throws ConsiliumError 'bad-encoding' when a file is damaged */
  static open(folder: string, options: JournalOptions = {}): Journal {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const { state, no, snapshotNo, bytes } = readJournal(folder);
    const file = new JournalFile(entriesFile(folder), bytes);
    return new Journal(folder, file, options, state, no, snapshotNo);
  }

  get state(): AgentState {
    return this.current;
  }

  /** On the disk when it returns; then whoever waits for it goes on. @throws ConsiliumError 'disk-full' */
  append(entry: JournalEntry): void {
    this.options.crashPoint?.('before', entry);
    this.file.append(encodeLine(this.lastNo + 1, entry));
    this.lastNo += 1;
    this.options.crashPoint?.('after', entry);
    this.current = applyEntry(this.current, entry);
    this.waiters.wake();
    if (this.lastNo - this.snapshotNo >= (this.options.snapshotEvery ?? SNAPSHOT_EVERY)) {
      this.writeSnapshot();
    }
  }

  /** Resolves with the first value that is not undefined, now or after a later entry. @throws the reason of the signal */
  until<T>(select: (state: AgentState) => T | undefined, signal: AbortSignal): Promise<T> {
    return this.waiters.until(select, signal);
  }

  close(): void {
    this.file.close();
  }

  private writeSnapshot(): void {
    writeDurablySync(snapshotFile(this.folder), encodeLine(this.lastNo, this.current));
    this.file.clear();
    this.snapshotNo = this.lastNo;
  }
}

/**
 * The state that a journal folder holds, read without changing anything: the snapshot and the entries after it.
 * @throws ConsiliumError 'bad-encoding' when a file is damaged
 */
export function readJournal(folder: string): {
  readonly state: AgentState;
  readonly no: number;
  readonly snapshotNo: number;
  /** Where the whole entries end. */
  readonly bytes: number;
} {
  const snapshot = readSnapshot(snapshotFile(folder));
  const { lines, bytes } = readLines(entriesFile(folder));
  if ((lines[0]?.no ?? 0) > snapshot.no + 1) {
    throw damaged(entriesFile(folder), 1);
  }
  let { state, no } = snapshot;
  for (const line of lines) {
    // A crash between writing a snapshot and clearing the entries leaves entries that the snapshot holds already.
    if (line.no > no) {
      state = applyEntry(state, parseEntry(line.json));
      no = line.no;
    }
  }
  return { state, no, snapshotNo: snapshot.no, bytes };
}

function entriesFile(folder: string): string {
  return join(folder, 'entries.log');
}

function snapshotFile(folder: string): string {
  return join(folder, 'snapshot.log');
}

function readSnapshot(path: string): { readonly no: number; readonly state: AgentState } {
  const { lines, isTorn } = readLines(path);
  const [line] = lines;
  if (isTorn || lines.length > 1) {
    throw damaged(path, 1);
  }
  return line === undefined
    ? { no: 0, state: EMPTY_STATE }
    : { no: line.no, state: agentStateSchema.parse(line.json) };
}

function parseEntry(json: unknown): JournalEntry {
  const result = journalEntrySchema.safeParse(json);
  if (!result.success) {
    throw new ConsiliumError('bad-encoding', 'the journal was written by another version');
  }
  return result.data;
}
