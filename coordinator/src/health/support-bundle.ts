/**
 * What may leave the house when somebody asks for help: numbers, words of closed tables and places in the sources. Nothing that
 * somebody typed is copied, so there is nothing to be cut out: no name, message, address, path or text of a setting.
 */
import type { HealthView, SupportBundle } from '@consilium/shared/answers';
import { isErrorCode } from '@consilium/shared/vocabulary';

/** @param rows by table @param config as it was parsed, defaults and all */
export function supportBundle(
  view: HealthView,
  rows: Readonly<Record<string, number>>,
  config: object,
): SupportBundle {
  const { log, problems, ...facts } = view;
  const { check, ...sizes } = log;
  return {
    consilium: 'support-bundle',
    v: 1,
    ...facts,
    log: { ...sizes, ...(check === undefined ? {} : { check: withoutText(check) }) },
    problems: problems.map(({ atMs, level, code, where }) => ({
      atMs,
      level,
      ...codeOf(code),
      where,
    })),
    rows: { ...rows },
    settings: Object.fromEntries(settingsIn(config, '')),
  };
}

function withoutText({
  atMs,
  tookMs,
  leaves,
  code,
}: NonNullable<HealthView['log']['check']>): SupportBundle['log']['check'] {
  return { atMs, tookMs, leaves, ...codeOf(code) };
}

/** A code of another program's error is left out: it could be any text. */
function codeOf(code: string | undefined): { readonly code?: string } {
  return isErrorCode(code) ? { code } : {};
}

/** Numbers and yes or no as they are; of a text or a list only that it is set. Their names are those of the schema. */
function* settingsIn(
  value: object,
  path: string,
): Generator<[string, SupportBundle['settings'][string]]> {
  for (const [key, one] of Object.entries(value) as [string, unknown][]) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof one === 'number' || typeof one === 'boolean') {
      yield [name, one];
    } else if (typeof one === 'object' && one !== null && !Array.isArray(one)) {
      yield* settingsIn(one, name);
    } else if (one !== undefined && !isEmptyList(one)) {
      yield [name, 'set'];
    }
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
