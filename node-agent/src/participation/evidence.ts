/** What contradicts itself is kept for the auditor: one file for each find, in a folder that nothing else writes to. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '@consilium/shared/encoding';
import { PRIVATE_FOLDER, writeDurablySync } from '../config/durable-file.js';

/** On the disk when it returns. @throws ConsiliumError 'disk-full' */
export type KeepEvidence = (evidence: Readonly<Record<string, unknown>>) => void;

/** @param folder is made when there is something to keep. */
export function evidenceIn(folder: string): KeepEvidence {
  return (evidence) => {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const text = `${JSON.stringify(evidence, undefined, 2)}\n`;
    writeDurablySync(join(folder, `${randomUUID()}.json`), utf8(text));
  };
}
