/** What the coordinator answers, held to the form that a command expects. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { z } from 'zod';
import type { Answer } from './api.js';

/** @throws ConsiliumError 'bad-message' when it has another form */
export function parsed<S extends z.ZodType>(schema: S, { value }: Answer): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new ConsiliumError(
      'bad-message',
      'the coordinator answers in another form than expected',
    );
  }
  return result.data;
}
