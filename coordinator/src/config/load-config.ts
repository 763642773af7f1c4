/**
 * The only reader of the environment: flags, then environment, then the YAML file, then defaults; one parse, every fault in
 * one message.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SettingsLayer } from '@consilium/shared/command-line';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import {
  CONFIG_FILE_VARIABLE,
  configSchema,
  ENVIRONMENT_PREFIX,
  ENVIRONMENT_SETTINGS,
  type CoordinatorConfig,
  type EnvironmentSetting,
} from './config-schema.js';

/** Nested settings before they are checked. */
interface Settings {
  [key: string]: unknown;
}

export interface ConfigSources {
  /** `process.env` if not given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A YAML file; CONSILIUM_COORDINATOR_CONFIG names one if not given. */
  readonly file?: string;
  /** Settings of the command line, nested as in the file; they win. */
  readonly flags?: Settings;
}

/**
 * Relative paths are resolved against the working folder.
 * @throws ConsiliumError 'bad-configuration' with every fault: path, expectation.
 */
export function loadConfig(sources: ConfigSources = {}): CoordinatorConfig {
  const environment = sources.environment ?? process.env;
  const file = configFile(sources);
  const faults: string[] = [];
  const settings: Settings = {};
  merge(settings, file === undefined ? {} : readSettings(file));
  merge(settings, settingsOfEnvironment(environment, faults));
  merge(settings, sources.flags ?? {});
  const parsed = configSchema.safeParse(settings);
  faults.push(...(parsed.error?.issues ?? []).map(faultOf));
  if (!parsed.success || faults.length > 0) {
    throw refuse(faults);
  }
  return absolute(parsed.data);
}

/** Where `config show --origin` looks for who gave a setting, the strongest first. */
export function configLayers(sources: ConfigSources = {}): readonly SettingsLayer[] {
  const environment = sources.environment ?? process.env;
  const file = configFile(sources);
  return [
    { origin: 'environment', values: settingsOfEnvironment(environment, []) },
    ...(file === undefined ? [] : [{ origin: file, values: readSettings(file) }]),
  ];
}

export function configFile(sources: ConfigSources = {}): string | undefined {
  return sources.file ?? (sources.environment ?? process.env)[CONFIG_FILE_VARIABLE];
}

function readSettings(file: string): Settings {
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'), { maxAliasCount: 0 }) ?? {};
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'unreadable';
    throw new ConsiliumError('bad-configuration', `configuration file ${file}: ${reason}`, {
      cause,
    });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw refuse([`${file}: expected settings as "name: value" lines`]);
  }
  return content as Settings;
}

function settingsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): Settings {
  const settings: Settings = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || variable === CONFIG_FILE_VARIABLE) {
      continue;
    }
    const setting = ENVIRONMENT_SETTINGS.find((candidate) => candidate.variable === variable);
    if (setting === undefined) {
      faults.push(`${variable}: no such setting`);
    } else if (text !== undefined) {
      put(settings, setting.path, valueOf(setting, text));
    }
  }
  return settings;
}

/** Text that is no number or boolean stays text, for the schema to refuse by its path. */
function valueOf(setting: EnvironmentSetting, text: string): unknown {
  if (setting.kind === 'number' && /^-?\d+$/.test(text)) {
    return Number(text);
  }
  if (setting.kind === 'boolean' && (text === 'true' || text === 'false')) {
    return text === 'true';
  }
  return text;
}

function put(into: Settings, path: readonly string[], value: unknown): void {
  const nested = [...path].reverse().reduce<unknown>((inner, key) => ({ [key]: inner }), value);
  merge(into, nested as Settings);
}

function merge(into: Settings, from: Settings): void {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (isSettings(present) && isSettings(value)) {
      merge(present, value);
    } else if (value !== undefined) {
      into[key] = isSettings(value) ? structuredClone(value) : value;
    }
  }
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: no such setting`).join('; ');
  }
  return `${path}: ${issue.message}`;
}

function refuse(faults: readonly string[]): ConsiliumError {
  return new ConsiliumError('bad-configuration', `configuration refused: ${faults.join('; ')}`, {
    detail: { faults: faults.length },
  });
}

function absolute(config: CoordinatorConfig): CoordinatorConfig {
  const keysFolder = config.keys.folder ?? resolve(config.dataFolder, 'keys');
  return {
    ...config,
    dataFolder: resolve(config.dataFolder),
    keys: { ...config.keys, folder: resolve(keysFolder) },
  };
}
