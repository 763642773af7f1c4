import fs, { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry } from './agent-state.js';
import { Journal, readJournal } from './journal.js';

const note = (text: string): JournalEntry => ({ kind: 'log-checkpoint', note: text });

describe('the journal', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function write(notes: readonly string[], snapshotEvery = 1000): void {
    const journal = Journal.open(folder, { snapshotEvery });
    for (const text of notes) {
      journal.append(note(text));
    }
    journal.close();
  }

  it('gives after a restart the state that stood before it', () => {
    write(['a', 'b']);
    expect(readJournal(folder)).toMatchObject({ state: { logCheckpoint: 'b' }, no: 2 });
  });

  it('drops a last line that was cut and goes on after the one before', () => {
    write(['a', 'b']);
    const file = join(folder, 'entries.log');
    writeFileSync(file, readFileSync(file).subarray(0, -5));
    write(['c']);
    expect(readJournal(folder)).toMatchObject({ state: { logCheckpoint: 'c' }, no: 2 });
  });

  it('writes nothing behind a line that could not be written whole, so a restart goes on before it', () => {
    const journal = Journal.open(folder);
    journal.append(note('a'));
    const writing = jest.spyOn(fs, 'writeSync').mockImplementationOnce((descriptor) => {
      appendFileSync(descriptor, '2 0123');
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    });
    const full = /no space is left/;
    expect(() => journal.append(note('b'))).toThrow(full);
    expect(() => journal.append(note('c'))).toThrow(full);
    expect(writing).toHaveBeenCalledTimes(1);
    writing.mockRestore();
    journal.close();
    write(['d']);
    expect(readJournal(folder)).toMatchObject({ state: { logCheckpoint: 'd' }, no: 2 });
  });

  it('reports damage in the middle instead of skipping it', () => {
    write(['a', 'b', 'c']);
    const file = join(folder, 'entries.log');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"b"', '"x"'));
    expect(() => Journal.open(folder)).toThrow(/damaged at line 2/);
  });

  it('reports a line that is missing in the middle', () => {
    write(['a', 'b', 'c']);
    const file = join(folder, 'entries.log');
    const [first = '', , third = ''] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${first}\n${third}\n`);
    expect(() => Journal.open(folder)).toThrow(/damaged at line 2/);
  });

  it('keeps the state in a snapshot when the file grows', () => {
    write(['a', 'b', 'c', 'd', 'e'], 2);
    expect(readJournal(folder)).toMatchObject({
      state: { logCheckpoint: 'e' },
      no: 5,
      snapshotNo: 4,
    });
    expect(readFileSync(join(folder, 'entries.log'), 'utf8').split('\n')).toHaveLength(2);
  });

  it('applies no entry twice when a crash left entries that the snapshot holds', () => {
    write(['a', 'b']);
    const entries = readFileSync(join(folder, 'entries.log'));
    write(['c'], 1);
    writeFileSync(join(folder, 'entries.log'), entries);
    expect(readJournal(folder)).toMatchObject({ state: { logCheckpoint: 'c' }, no: 3 });
  });

  it('refuses a snapshot that was altered', () => {
    write(['a'], 1);
    appendFileSync(join(folder, 'snapshot.log'), 'x');
    expect(() => Journal.open(folder)).toThrow(/damaged/);
  });

  it('wakes whoever waits for an entry, and only once', async () => {
    const journal = Journal.open(folder);
    const { signal } = new AbortController();
    const waiting = journal.until(({ logCheckpoint }) => logCheckpoint, signal);
    journal.append(note('a'));
    journal.append(note('b'));
    await expect(waiting).resolves.toBe('a');
    journal.close();
  });

  it('ends the wait with the reason of the signal', async () => {
    const journal = Journal.open(folder);
    const stopping = new AbortController();
    const waiting = journal.until(({ logCheckpoint }) => logCheckpoint, stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
    journal.close();
  });
});
