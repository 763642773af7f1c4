/**
 * What a live display can show of a site: one JSON line an event. Every field is in the table below and none can hold a file
 * name, a label, a patient or a key.
 */
import { z } from 'zod';

export const PROGRESS_EVENTS = [
  'connected',
  'disconnected',
  'awaiting-approval',
  'joined',
  'declined-study',
  'round-started',
  'progress',
  'trained',
  'declined-round',
  'shared',
  'uploading',
  'uploaded',
  'endorsed',
  'unmasked',
  'voted',
  'result',
  'aborted',
  'evaluated',
  'study-completed',
  'study-failed',
  'study-halted',
  'withdrawn',
  'refused',
  'trainer-restarted',
  'page',
  'stopped',
] as const;

export const progressEventSchema = z.strictObject({
  event: z.enum(PROGRESS_EVENTS),
  site: z.string(),
  atMs: z.int(),
  study: z.string().optional(),
  round: z.int().optional(),
  attempt: z.string().optional(),
  code: z.string().optional(),
  verdict: z.string().optional(),
  phase: z.string().optional(),
  split: z.string().optional(),
  step: z.int().optional(),
  steps: z.int().optional(),
  loss: z.number().optional(),
  lossBefore: z.number().optional(),
  balancedAccuracy: z.number().optional(),
  auroc: z.number().optional(),
  images: z.int().optional(),
  used: z.int().optional(),
  skipped: z.int().optional(),
  samples: z.int().optional(),
  /** Size of the update or of the part that the coordinator holds. */
  bytes: z.int().optional(),
  /** Bytes of all frames since the agent started. */
  bytesUp: z.int().optional(),
  bytesDown: z.int().optional(),
  ms: z.int().optional(),
  /** Where this machine serves the agent page. */
  url: z.string().optional(),
});
export type ProgressEvent = z.infer<typeof progressEventSchema>;
export type ProgressReport = Omit<ProgressEvent, 'site' | 'atMs'>;

/** Tells the display of one site what happened. */
export type Report = (report: ProgressReport) => void;

export interface ProgressOutput {
  write(line: string): unknown;
}

/** @param now the wall clock, in milliseconds. */
export function reportTo(output: ProgressOutput, site: string, now: () => number): Report {
  return (report) => {
    output.write(`${JSON.stringify({ ...report, site, atMs: now() })}\n`);
  };
}
