/** agent.yaml: what the data manager decides. Read once, unknown keys refused, every fault reported in one message. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { findModel } from '@consilium/shared/catalogue';
import { siteIdSchema, studyIdSchema } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { byteSizeSchema } from './byte-size.js';
import { cachePrecisionSchema } from './cache-precision.js';
import { systemCode } from './durable-file.js';
import { engineChoiceSchema, threadsSchema } from './engine-choice.js';
import type { Home } from './home.js';
import { networkConfigSchema, resolveNetworkFiles } from './network-config.js';

const folderSchema = z.string().min(1).max(4096);

/** A coordinator is named by scheme, host and port; where it keeps its routes is fixed by the protocol. */
export const coordinatorUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((text) => new URL(text).origin);

const modelSchema = z.string().refine((id) => findModel(id) !== undefined, {
  error: 'must be an id that "consilium-agent model list" shows',
});

/** Who of the hospital accepted the terms of a model that is handed out on conditions only. */
const licenceSchema = z.strictObject({
  model: modelSchema,
  acceptedBy: z.string().trim().min(1).max(200),
  acceptedOn: z.iso.date({ error: 'must be a date like 2026-01-31' }),
});
export type LicenceRecord = z.infer<typeof licenceSchema>;

const studySchema = z.strictObject({
  study: studyIdSchema,
  /** Folder with labels.csv. */
  data: folderSchema,
  /** Use only the rows whose `site` column has this value. */
  siteColumn: z.string().min(1).max(256).optional(),
  backbone: folderSchema,
  /** Id of the catalogue, where neither the study nor the folder's own files name the model. */
  model: modelSchema.optional(),
});

/** Activations of frozen trunks, encrypted on disk, of all studies together. */
export const cacheConfigSchema = z.strictObject({
  /** What was used longest ago goes first; 0 keeps nothing. */
  quota: byteSizeSchema.prefault('20GB'),
  /** f16 takes half of the space; its rounding error is stated in the log. */
  precision: cachePrecisionSchema.default('f32'),
});
export type CacheConfig = z.infer<typeof cacheConfigSchema>;

export const agentConfigSchema = z.strictObject({
  coordinator: coordinatorUrlSchema,
  site: siteIdSchema.optional(),
  studies: z
    .array(studySchema)
    .max(1000)
    .refine((studies) => new Set(studies.map(({ study }) => study)).size === studies.length, {
      error: 'must name each study once',
    })
    .default([]),
  licences: z.array(licenceSchema).max(1000).default([]),
  trainer: z
    .strictObject({
      /** Memory of the trainer process. */
      memoryMiB: z.int().min(256).max(1_048_576).default(4096),
      /** Longest time for one training of a round or one evaluation. */
      jobMinutes: z.int().min(1).max(100_000).default(720),
    })
    .prefault({}),
  cache: cacheConfigSchema.prefault({}),
  /** How the coordinator is reached, where not directly. */
  network: networkConfigSchema.prefault({}),
  /** The fastest that starts on this machine, or one by name. */
  engine: engineChoiceSchema.default('auto'),
  /** Of the engine; as many as the machine runs at once if absent. */
  threads: threadsSchema.optional(),
  /** The page for the data manager, on this machine alone. */
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Of 127.0.0.1; 0 takes any free one. */
      port: z.int().min(0).max(65_535).default(4781),
    })
    .prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export type AgentConfig = z.infer<typeof agentConfigSchema>;
export type StudyConfig = AgentConfig['studies'][number];

/** Reads agent.yaml; folders in it are relative to the home folder. @throws ConsiliumError 'bad-configuration' */
export async function loadAgentConfig(home: Home): Promise<AgentConfig> {
  const config = parseAgentConfig(await readConfigText(home.configFile));
  return {
    ...config,
    network: resolveNetworkFiles(home, config.network),
    studies: config.studies.map((study) => ({
      ...study,
      data: resolve(home.folder, study.data),
      backbone: resolve(home.folder, study.backbone),
    })),
  };
}

/** @param text YAML. @throws ConsiliumError 'bad-configuration' that lists every fault with its path. */
export function parseAgentConfig(text: string): AgentConfig {
  const result = agentConfigSchema.safeParse(parseText(text));
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => {
      const place = path.map(String).join('.');
      return `${place === '' ? '(whole file)' : place}: ${message}`;
    });
    const count = `${faults.length} fault${faults.length === 1 ? '' : 's'}`;
    throw new ConsiliumError(
      'bad-configuration',
      `agent.yaml has ${count}:\n  ${faults.join('\n  ')}`,
    );
  }
  return result.data;
}

function parseText(text: string): unknown {
  if (text.length > LIMITS.studyFileBytes) {
    throw new ConsiliumError('bad-configuration', 'agent.yaml is too large');
  }
  try {
    // The core schema builds plain values only, and 100 aliases cannot blow up into gigabytes.
    return parseYaml(text, { schema: 'core', maxAliasCount: 100 });
  } catch (error) {
    const fault = error instanceof YAMLParseError ? error.message.split('\n')[0] : 'unreadable';
    throw new ConsiliumError('bad-configuration', `agent.yaml is not YAML: ${fault}`, {
      cause: error,
    });
  }
}

async function readConfigText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new ConsiliumError('bad-configuration', `${path} is missing: write it first`);
    }
    throw error;
  }
}
