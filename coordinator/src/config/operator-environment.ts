/** What the operator's command reads of its environment, and the file of a person's own settings. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { errorCode } from './error-code.js';

export interface OperatorEnvironment {
  /** no-color.org. */
  readonly noColor: string | undefined;
  /** The kind of terminal, of terminfo(5). */
  readonly term: string | undefined;
  readonly settingsFile: string;
}

/** The file stands where the XDG Base Directory Specification 0.8 puts configuration. */
export function readOperatorEnvironment(
  variables: NodeJS.ProcessEnv = process.env,
): OperatorEnvironment {
  const { XDG_CONFIG_HOME: configured = '', NO_COLOR: noColor, TERM: term } = variables;
  const folder = configured.startsWith('/') ? configured : join(homedir(), '.config');
  return { noColor, term, settingsFile: join(folder, 'consilium', 'config.yaml') };
}

const settingsSchema = z.strictObject({
  /** Address of the coordinator. */
  url: z.string().min(1).optional(),
  /** File with the operator's token. */
  tokenFile: z.string().min(1).optional(),
});
export type OperatorSettings = z.infer<typeof settingsSchema>;

/**
 * Only the person's own file counts: one that lies in the working folder could send the token to a stranger's address.
 * @returns no settings where there is no file
 * @throws ConsiliumError 'bad-configuration' naming every fault
 */
export function readOperatorSettings(file: string): OperatorSettings {
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'), { maxAliasCount: 0 }) ?? {};
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') {
      return {};
    }
    throw new ConsiliumError('bad-configuration', `${file} cannot be read as YAML`, { cause });
  }
  const parsed = settingsSchema.safeParse(content);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConsiliumError('bad-configuration', `${file}: ${faults.join('; ')}`);
  }
  return parsed.data;
}
