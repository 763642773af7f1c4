/**
 * Program of the benchmark of the log on SQLite: appends leaves, one a transaction as the coordinator does, proves them, and
 * verifies a bundle; beside it one bare insert a transaction and bare SHA-256. Prints one line of JSON.
 *   run-typescript.cjs log-measurement.ts LEAVES PROOFS
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFromFiles, verifyBundle } from '@consilium/shared/verify';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { Database } from '../../database/database.js';
import { auditTables } from '../audit-tables.js';
import { auditBench, type AuditBench } from './audit-bench.js';
import { longBundle } from './long-bundle.js';

const HASHES = 100_000;
/** A node of the tree: a prefix and two hashes. */
const NODE = new Uint8Array(65);
const LEAF = new Uint8Array(150).fill(120);

interface BareDatabase {
  exec(statement: string): void;
  pragma(statement: string): unknown;
  prepare(statement: string): { run(...values: readonly unknown[]): void };
  close(): void;
}

async function perSecond(count: number, work: () => Promise<void> | void): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (count * 1000) / (performance.now() - startedMs);
}

function append(database: Database, bench: AuditBench, leaves: number): Promise<number> {
  const leaf = { type: 'access.export', studyId: parseStudyId('bench'), what: 'bundle' } as const;
  return perSecond(leaves, async () => {
    for (let i = 0; i < leaves; i += 1) {
      await database.transaction((tx) => bench.audit.append(tx, leaf));
    }
  });
}

/** Spread over the whole log; each with its leaf, as a site asks for it. */
async function prove(bench: AuditBench, leaves: number, proofs: number): Promise<number> {
  await bench.reader.prove(0, 0); // Builds the tree.
  return perSecond(proofs, async () => {
    for (let i = 0; i < proofs; i += 1) {
      await bench.reader.prove(Math.floor((i * leaves) / proofs), 0);
    }
  });
}

/** With the coordinator's own settings, so that each commit reaches the disk. */
async function insertBare(folder: string, rows: number): Promise<number> {
  const open = createRequire(__filename)('better-sqlite3') as new (path: string) => BareDatabase;
  const bare = new open(join(folder, 'bare.sqlite'));
  ['journal_mode = WAL', 'synchronous = FULL'].forEach((pragma) => bare.pragma(pragma));
  bare.exec('CREATE TABLE leaves (leafIndex bigint PRIMARY KEY, leaf text, hash blob, root blob)');
  const insert = bare.prepare('INSERT INTO leaves VALUES (?, ?, ?, ?)');
  const [text, hash] = [Buffer.from(LEAF).toString('latin1'), Buffer.alloc(32)];
  const speed = await perSecond(rows, () => {
    for (let i = 0; i < rows; i += 1) {
      insert.run(i, text, hash, hash);
    }
  });
  bare.close();
  return speed;
}

function hashBare(): Promise<number> {
  return perSecond(HASHES, () => {
    for (let i = 0; i < HASHES; i += 1) {
      createHash('sha256').update(NODE).digest();
    }
  });
}

/** @throws Error when the bundle does not verify */
function verify(leaves: number): { readonly leaves: number; readonly verifyMs: number } {
  const source = bundleFromFiles(longBundle(leaves));
  const startedMs = performance.now();
  const { verified, checks } = verifyBundle(source);
  if (!verified) {
    const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    throw new Error(`the bundle does not verify: ${failed.join(', ')}`);
  }
  return { leaves, verifyMs: performance.now() - startedMs };
}

async function main(leaves: number, proofs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-bench-'));
  const database = await Database.open({
    location: { driver: 'sqlite', folder },
    tables: [auditTables],
  });
  try {
    const bench = auditBench(database, folder);
    await bench.open();
    const insertsPerSecond = await insertBare(folder, leaves);
    const appendsPerSecond = await append(database, bench, leaves);
    await bench.sequencer.signNow();
    const proofsPerSecond = await prove(bench, leaves, proofs);
    const hashesPerSecond = await hashBare();
    const figures = {
      leaves,
      appendsPerSecond,
      insertsPerSecond,
      proofsPerSecond,
      hashesPerSecond,
    };
    process.stdout.write(`${JSON.stringify({ ...figures, bundle: verify(leaves) })}\n`);
    await bench.sequencer.beforeApplicationShutdown();
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [leaves = 100, proofs = 100] = process.argv.slice(3).map(Number);
void main(leaves, proofs);
