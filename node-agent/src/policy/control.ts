/** The three switches of a hospital, in `control.json`: pause, resume, withdraw. They need no coordinator and survive a restart. */
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { studyIdSchema } from '@consilium/shared/protocol';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { readPolicyText as readText } from './policy-file.js';
import type { Refusal } from './refusal.js';

const controlSchema = z.strictObject({
  v: z.literal(1),
  /** `now` ends the attempt under way, `after-round` lets it end; neither begins another. */
  pause: z.enum(['now', 'after-round']).optional(),
  /** Studies that this site has left for good. */
  withdrawn: z.array(studyIdSchema).max(1000),
});
export type Control = z.infer<typeof controlSchema>;
export type Pause = NonNullable<Control['pause']>;

export const RUNNING: Control = { v: 1, withdrawn: [] };

export const PAUSED: Refusal = { code: 'paused', sentence: 'This site is paused.' };

/** @throws ConsiliumError 'bad-encoding' when it has been altered into something else */
export function parseControl(text: string | undefined): Control {
  if (text === undefined) {
    return RUNNING;
  }
  const result = controlSchema.safeParse(parseJson(text));
  if (!result.success) {
    throw new ConsiliumError('bad-encoding', 'control.json is no record of pause and withdrawal');
  }
  return result.data;
}

/** @throws ConsiliumError 'bad-encoding' */
export async function readControl({ controlFile }: Home): Promise<Control> {
  return parseControl(await readText(controlFile));
}

export async function writeControl({ controlFile }: Home, control: Control): Promise<void> {
  await writeDurably(controlFile, `${JSON.stringify(control, undefined, 2)}\n`);
}

export function paused(control: Control, pause: Pause): Control {
  return { ...control, pause };
}

export function resumed({ withdrawn }: Control): Control {
  return { v: 1, withdrawn };
}

export function withdrawnFrom(control: Control, study: StudyId): Control {
  const withdrawn = [...new Set([...control.withdrawn, study])];
  return { ...control, withdrawn };
}
