import { canonicalBytes, fromBase64, utf8 } from '@consilium/shared/encoding';
import {
  leafHash,
  parseCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from '@consilium/shared/log';
import {
  LIMITS,
  parseAttemptId,
  parseContentHash,
  parseSiteId,
  parseStudyId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import type { NewLeaf } from './audit.service.js';
import { auditTables } from './audit-tables.js';
import { auditBench, type AuditBench } from './testing/audit-bench.js';
import type { Database } from '../database/database.js';

const studyId = parseStudyId('blood-cells');

const longLeaf = {
  type: 'round.adverts',
  studyId,
  roundNo: 1,
  attemptId: parseAttemptId('0'.repeat(32)),
  peersHash: parseContentHash(`sha256:${'0'.repeat(64)}`),
} as const;

const siteOf = (length: number): SiteId => parseSiteId('s'.repeat(length));

const exported: NewLeaf = { type: 'access.export', studyId, what: 'bundle' };

describe.each(testDatabases)('the log on $name', (kind) => {
  const databases = new TestDatabases(kind);

  async function opened(): Promise<{ database: Database; bench: AuditBench }> {
    const database = await databases.open([auditTables]);
    const bench = auditBench(database, databases.folder());
    await bench.open();
    return { database, bench };
  }

  it('opens with its origin and keys, and records the software at each start', async () => {
    const { database, bench } = await opened();
    await auditBench(database, bench.config.dataFolder, bench.keys).open();
    const leaves = await bench.reader.leaves(0, 10);
    const types = leaves.map(({ leaf }) => (JSON.parse(leaf) as { type: string }).type);
    expect(types).toEqual(['log.opened', 'software.version', 'software.version']);
    expect(JSON.parse(leaves[0]?.leaf ?? '')).toMatchObject({
      v: 1,
      origin: 'consilium.local/log',
    });
  });

  it('signs a checkpoint of everything committed', async () => {
    const { database, bench } = await opened();
    await database.transaction((tx) => bench.audit.append(tx, exported));
    const { note } = await bench.sequencer.signNow();
    const { body } = verifyNote(note, bench.signer.noteKey);
    expect(parseCheckpoint(body)).toMatchObject({ origin: 'consilium.local/log', size: 3 });
    expect((await bench.reader.latest()).note).toBe(note);
  });

  it('proves that a leaf is in the log and that the log only grew', async () => {
    const { database, bench } = await opened();
    const old = await bench.sequencer.signNow();
    const index = await database.transaction((tx) => bench.audit.append(tx, exported));
    const { leaf, checkpoint, inclusion, consistency } = await bench.reader.prove(index, old.size);
    expect(JSON.parse(leaf)).toMatchObject(exported);
    const claim = { leaf: utf8(leaf), index, size: checkpoint.size, root: checkpoint.root };
    expect(() => verifyInclusion({ ...claim, proof: [...inclusion] })).not.toThrow();
    expect(() =>
      verifyConsistency({
        oldSize: old.size,
        oldRoot: old.root,
        newSize: checkpoint.size,
        newRoot: checkpoint.root,
        proof: [...consistency],
      }),
    ).not.toThrow();
  });

  it('answers questions beyond its end with what it has', async () => {
    const { bench } = await opened();
    await expect(bench.reader.prove(7, 0)).rejects.toMatchObject({ code: 'not-found' });
    await expect(bench.reader.inclusionProof(2, 2)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(bench.reader.consistencyProof(2, 1)).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(bench.reader.inclusionProof(0, 99)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('shows whoever holds a larger checkpoint its own, whichever leaf he asks for', async () => {
    const { bench } = await opened();
    for (const index of [0, 1, 98]) {
      const { leaf, checkpoint, inclusion, consistency } = await bench.reader.prove(index, 99);
      expect(JSON.parse(leaf)).toMatchObject({ type: 'log.opened' });
      const claim = { leaf: utf8(leaf), index: 0, size: checkpoint.size, root: checkpoint.root };
      expect(() => verifyInclusion({ ...claim, proof: [...inclusion] })).not.toThrow();
      expect([checkpoint.size, consistency]).toEqual([2, []]);
    }
  });

  it('takes a leaf of 65535 bytes and refuses one of 65536', async () => {
    const { database, bench } = await opened();
    const atMs = bench.clock.nowMs();
    /** A leaf whose canonical bytes are exactly so many: 66 for each long site id, the rest in one or two short ones. */
    const leafOfSize = (sizeBytes: number): NewLeaf => {
      const withSites = (sites: readonly SiteId[]): NewLeaf => ({ ...longLeaf, sites: [...sites] });
      const sizeOf = (sites: readonly SiteId[]): number =>
        canonicalBytes({ ...withSites(sites), v: 1, atMs }).length;
      const sites = [siteOf(20)];
      while (sizeOf([...sites, siteOf(63)]) <= sizeBytes) {
        sites.push(siteOf(63));
      }
      const missing = sizeBytes - sizeOf(sites);
      return withSites(
        missing < 43 ? [siteOf(20 + missing), ...sites.slice(1)] : [siteOf(missing - 3), ...sites],
      );
    };
    const append = (leaf: NewLeaf): Promise<number> =>
      database.transaction((tx) => bench.audit.append(tx, leaf));
    const index = await append(leafOfSize(LIMITS.leafBytes));
    const [leaf] = await bench.reader.leaves(index, 1);
    expect(utf8(leaf?.leaf ?? '')).toHaveLength(65_535);
    await expect(append(leafOfSize(LIMITS.leafBytes + 1))).rejects.toMatchObject({
      code: 'message-too-large',
    });
    expect(await bench.reader.leaves(index + 1, 1)).toEqual([]);
  });

  it('keeps the hash of the canonical bytes', async () => {
    const { bench } = await opened();
    const [first] = await bench.reader.leaves(0, 1);
    expect(Uint8Array.from(first?.hash ?? [])).toEqual(leafHash(utf8(first?.leaf ?? '')));
    expect(fromBase64((JSON.parse(first?.leaf ?? '') as { logKey: string }).logKey)).toHaveLength(
      32,
    );
  });
});
