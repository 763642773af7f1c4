/** What a site holds its coordinator to from enrolment on: keys, log and the first log checkpoint. Kept in coordinator.json. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { enrolmentReplySchema } from '@consilium/shared/protocol';
import { fromBase64, parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';
import { coordinatorUrlSchema } from '../config/agent-config.js';

const pinnedSchema = z.strictObject({
  v: z.literal(1),
  url: coordinatorUrlSchema,
  ...enrolmentReplySchema.omit({ status: true }).shape,
});
type PinnedFile = z.infer<typeof pinnedSchema>;

export interface PinnedCoordinator extends Omit<PinnedFile, 'v' | 'coordinatorKey' | 'logKey'> {
  readonly coordinatorKey: Uint8Array;
  readonly logKey: Uint8Array;
}

export async function writePinned(path: string, pinned: Omit<PinnedFile, 'v'>): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ v: 1, ...pinned }, undefined, 2)}\n`);
}

/** Undefined before enrolment. @throws ConsiliumError 'bad-configuration' when the file was altered by hand */
export async function readPinned(path: string): Promise<PinnedCoordinator | undefined> {
  const text = await readText(path);
  if (text === undefined) {
    return undefined;
  }
  const result = pinnedSchema.safeParse(parseJson(text));
  if (!result.success) {
    const fields = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new ConsiliumError('bad-configuration', `${path} was altered: see ${fields}`);
  }
  const { coordinatorKey, logKey, url, siteId, origin, checkpoint } = result.data;
  return {
    url,
    siteId,
    origin,
    checkpoint,
    coordinatorKey: fromBase64(coordinatorKey),
    logKey: fromBase64(logKey),
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
