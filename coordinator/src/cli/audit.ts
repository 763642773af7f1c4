/** The commands about the log: a leaf, the newest checkpoint, and whether the log only grew since one that was kept. */
import { fromBase64, requireBytes, toBase64 } from '@consilium/shared/encoding';
import {
  parseCheckpoint,
  verifyConsistency,
  verifyNote,
  type Checkpoint,
} from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Answer, Api } from './api.js';
import { writeNewFile } from './new-file.js';
import { openApi, readInput } from './operator-access.js';
import { addQuestion, answerOf, show } from './question.js';
import type { Terminal } from './terminal.js';
import { parsed } from './parsed-answer.js';

const KEY_BYTES = 32;

const leavesSchema = z.object({ leaves: z.array(z.object({ index: z.int(), leaf: z.string() })) });
const proofSchema = z.object({ proof: z.array(z.base64()) });

interface KeyOptions {
  readonly logKey: string;
}

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('the log: its leaves and checkpoints');
  addQuestion(audit, terminal, 'show <index>', 'show one leaf of the log', showLeaf);
  const checkpoint = audit.command('checkpoint').description('what the log signed');
  addSave(checkpoint, terminal);
  addCompare(checkpoint, terminal);
}

function addSave(parent: Command, terminal: Terminal): void {
  const command = withKey(parent.command('save <file>'))
    .description('keep the newest checkpoint, to compare the log with later')
    .action(async (file: string, { logKey }: KeyOptions) => {
      const key = parseKey(logKey);
      const note = await (await openApi(command, terminal)).text('v1/log/checkpoint');
      const { origin, size, root } = verified(note, key);
      await writeNewFile(file, async function* () {
        yield await Promise.resolve(new TextEncoder().encode(note));
      });
      show(command, terminal, answerOf({ file, origin, size, root: toBase64(root) }));
    });
}

function addCompare(parent: Command, terminal: Terminal): void {
  const command = withKey(parent.command('compare <file>'))
    .description('prove that nothing was rewritten since a checkpoint was kept')
    .action(async (file: string, { logKey }: KeyOptions) => {
      const key = parseKey(logKey);
      const old = verified(await readInput(file), key);
      const api = await openApi(command, terminal);
      const now = verified(await api.text('v1/log/checkpoint'), key);
      await requireGrown(api, old, now);
      const value = { origin: now.origin, oldSize: old.size, newSize: now.size, holds: true };
      show(command, terminal, answerOf(value), () => grownWords(old, now));
    });
}

function withKey(command: Command): Command {
  return command.requiredOption('--log-key <key>', "the log's public key, in base64");
}

async function showLeaf(api: Api, text: string): Promise<Answer> {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) {
    throw new ConsiliumError('bad-request', `a leaf has a number from 0 on, not ${text}`);
  }
  const query = new URLSearchParams({ start: text, count: '1' });
  const answer = await api.get(`v1/log/leaves?${query.toString()}`);
  const [found] = parsed(leavesSchema, answer).leaves;
  if (found === undefined) {
    throw new ConsiliumError('not-found', `the log has no leaf ${text} yet`);
  }
  return answerOf({ index: found.index, leaf: JSON.parse(found.leaf) as unknown });
}

/** @throws ConsiliumError 'checkpoint-invalid', 'bad-signature' */
function verified(note: string, publicKey: Uint8Array): Checkpoint {
  // The name of the key is the origin (C2SP tlog-checkpoint), which the signature covers.
  const [name = ''] = note.split('\n');
  if (!/^[^\s+]+$/.test(name)) {
    throw new ConsiliumError(
      'checkpoint-invalid',
      'it is no checkpoint: its first line names no log',
    );
  }
  return parseCheckpoint(verifyNote(note, { name, publicKey }).body);
}

/** @throws ConsiliumError 'log-rollback', 'log-inconsistent', 'proof-invalid' */
async function requireGrown(api: Api, old: Checkpoint, now: Checkpoint): Promise<void> {
  if (old.origin !== now.origin) {
    const message = `the checkpoint is of ${old.origin}, the coordinator's log is ${now.origin}`;
    throw new ConsiliumError('bad-request', message);
  }
  if (now.size < old.size) {
    const message = `the log has ${now.size} leaves, ${old.size} were signed before`;
    throw new ConsiliumError('log-rollback', message);
  }
  const query = new URLSearchParams({ old: String(old.size), new: String(now.size) });
  const answer = await api.get(`v1/log/proofs/consistency?${query.toString()}`);
  const proof = parsed(proofSchema, answer).proof.map(fromBase64);
  verifyConsistency({
    ...{ oldSize: old.size, oldRoot: old.root },
    ...{ newSize: now.size, newRoot: now.root, proof },
  });
}

function grownWords(old: Checkpoint, now: Checkpoint): string {
  const more = now.size - old.size;
  return `Nothing was rewritten: the log still begins with its first ${old.size} leaves, and ${more} came after them.\n`;
}

function parseKey(text: string): Uint8Array {
  return requireBytes(fromBase64(text), KEY_BYTES, '--log-key');
}
