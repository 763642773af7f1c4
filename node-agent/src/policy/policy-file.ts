/** policy.yaml: what the hospital allows. No file is the strictest policy. */
import { readFile } from 'node:fs/promises';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { parseSitePolicy, sitePolicyHash, type SitePolicy } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS, type ContentHash } from '@consilium/shared/vocabulary';
import { systemCode } from '../config/durable-file.js';
import { requireReadableWindows } from './training-windows.js';

/** A policy with every default filled in, and the content hash of that. */
export interface EffectivePolicy {
  readonly policy: SitePolicy;
  readonly hash: ContentHash;
}

/** @param text YAML. @throws ConsiliumError 'bad-configuration' that lists every fault with its path */
export function parsePolicyText(text: string): EffectivePolicy {
  const policy = parseSitePolicy(parseText(text));
  requireReadableWindows(policy.schedule.windows);
  return { policy, hash: sitePolicyHash(policy) };
}

/** The text of the file, undefined where there is none. */
export async function readPolicyText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** @throws ConsiliumError 'bad-configuration' */
export async function readPolicy(path: string): Promise<EffectivePolicy> {
  return parsePolicyText((await readPolicyText(path)) ?? '');
}

function parseText(text: string): unknown {
  if (text.length > LIMITS.studyFileBytes) {
    throw new ConsiliumError('bad-configuration', 'policy.yaml is too large');
  }
  try {
    // The core schema builds plain values only, and 100 aliases cannot blow up into gigabytes.
    return parseYaml(text, { schema: 'core', maxAliasCount: 100 });
  } catch (error) {
    const fault = error instanceof YAMLParseError ? error.message.split('\n')[0] : 'unreadable';
    throw new ConsiliumError('bad-configuration', `policy.yaml is not YAML: ${fault}`, {
      cause: error,
    });
  }
}
