/** What somebody looks for in the log, as it stands in the address of the page. */
import { leafSchema } from '@consilium/shared/protocol';

export const FILTER_KEYS = ['study', 'round', 'site', 'kind', 'from', 'until'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Values of the address; moments as milliseconds since 1970. */
export type EntryFilter = Partial<Readonly<Record<FilterKey, string>>>;

/** Every kind of leaf that there is. */
export const LEAF_KINDS: readonly string[] = leafSchema.options
  .map(({ shape }) => shape.type.value)
  .toSorted();

const NAMES_OF_API: Readonly<Record<FilterKey, string>> = {
  study: 'study',
  round: 'round',
  site: 'site',
  kind: 'kind',
  from: 'fromMs',
  until: 'untilMs',
};
const MINUTE = 60_000;

export function filterOf(search: URLSearchParams): EntryFilter {
  return Object.fromEntries(
    FILTER_KEYS.flatMap((key) => {
      const value = search.get(key) ?? '';
      return value === '' ? [] : [[key, value]];
    }),
  );
}

/** The address that shows what a form asks for; moments come in the browser's own time, to the minute. */
export function searchOf(form: FormData): URLSearchParams {
  const search = new URLSearchParams();
  for (const key of FILTER_KEYS) {
    const value = textOf(form.get(key));
    const kept = key === 'from' || key === 'until' ? momentOf(value) : value;
    if (kept !== '') {
      search.set(key, kept);
    }
  }
  return search;
}

/** The query of `GET /v1/log/entries`. @param before index of the first leaf that is not wanted */
export function queryOf(filter: EntryFilter, before: string | null): string {
  const query = new URLSearchParams();
  for (const key of FILTER_KEYS) {
    const value = filter[key];
    if (value !== undefined) {
      query.set(NAMES_OF_API[key], value);
    }
  }
  if (before !== null) {
    query.set('before', before);
  }
  return query.toString();
}

/** @returns the value of an input of type datetime-local, in the browser's own time; empty if there is none */
export function localMinute(moment: string | undefined): string {
  if (moment === undefined || !/^\d{1,15}$/.test(moment)) {
    return '';
  }
  const atMs = Number(moment);
  const offsetMs = new Date(atMs).getTimezoneOffset() * MINUTE;
  return new Date(atMs - offsetMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
}

function momentOf(local: string): string {
  const atMs = Date.parse(local);
  return Number.isNaN(atMs) ? '' : String(Math.max(0, atMs));
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value.trim() : '';
}
