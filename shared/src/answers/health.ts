/** How a coordinator is: `GET /v1/health`, for whoever keeps it, and what of that may leave the house. */
import { z } from 'zod';

const problem = z.object({
  atMs: z.int(),
  level: z.enum(['warn', 'error']),
  /** Of the closed table of error codes. */
  code: z.string().optional(),
  /** Places in the coordinator's own sources, the nearest first: `file.js:line`. */
  where: z.array(z.string()),
});

const logCheck = z.object({
  atMs: z.int(),
  tookMs: z.int(),
  /** How many leaves were hashed again; of a check that failed, none. */
  leaves: z.int(),
  /** What was found, if it does not hold. */
  code: z.string().optional(),
});

export const logCheckSchema = logCheck.extend({ message: z.string().optional() });
export type LogCheck = z.infer<typeof logCheckSchema>;

const facts = {
  atMs: z.int(),
  startedAtMs: z.int(),
  ready: z.boolean(),
  /** What must work, by name. */
  services: z.record(z.string(), z.boolean()),
  versions: z.object({
    software: z.string(),
    node: z.string(),
    protocol: z.int(),
    platform: z.string(),
  }),
  process: z.object({
    cpus: z.int(),
    memoryBytes: z.int(),
    heapBytes: z.int(),
    heapLimitBytes: z.int(),
  }),
  /** How late work began that was due, of the last minutes; milliseconds. */
  eventLoop: z.object({
    medianMs: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
    sinceMs: z.int(),
  }),
  queue: z.object({
    waiting: z.int(),
    running: z.int(),
    failed: z.int(),
    /** Deadlines that are over and not acted on. */
    lateTimers: z.int(),
    /** Messages that sites have not acknowledged. */
    owed: z.int(),
    oldestOwedMs: z.int().optional(),
  }),
  database: z.object({
    driver: z.enum(['sqlite', 'postgres']),
    bytes: z.int(),
    /** How long one question took. */
    answerMs: z.number(),
    /** The newest change of tables. */
    migration: z.string(),
  }),
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }),
};

export const healthViewSchema = z.object({
  ...facts,
  log: z.object({ leaves: z.int(), signed: z.int(), check: logCheckSchema.optional() }),
  /** The newest first. */
  problems: z.array(problem.extend({ message: z.string() })),
});
export type HealthView = z.infer<typeof healthViewSchema>;

/**
 * The same without any text that somebody could have typed: numbers, words of closed tables, and places in the sources. Names of
 * people, sites and studies, addresses, paths, messages of errors and settings that are texts are not in it.
 */
export const supportBundleSchema = z.strictObject({
  ...facts,
  consilium: z.literal('support-bundle'),
  v: z.literal(1),
  log: z.object({ leaves: z.int(), signed: z.int(), check: logCheck.strict().optional() }),
  problems: z.array(problem.strict()),
  /** Rows by table. */
  rows: z.record(z.string(), z.int()),
  /** Settings that are numbers or yes and no; of others, whether they are set. */
  settings: z.record(z.string(), z.union([z.number(), z.boolean(), z.literal('set')])),
});
export type SupportBundle = z.infer<typeof supportBundleSchema>;
