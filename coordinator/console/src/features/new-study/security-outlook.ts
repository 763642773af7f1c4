/** What the numbers of a draft come to when so many sites take part: a secure sum with its dropouts, a plain one, or a refusal. */
import { explainSecurity } from '@consilium/shared/secagg';
import { groupRulesSchema, type GroupRules } from '@consilium/shared/protocol';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { defaultAt } from './defaults.js';
import { isObject, valueAt, type Draft } from './draft.js';

export interface SecureOutlook {
  readonly kind: 'secure';
  readonly sites: number;
  readonly colluders: number;
  readonly threshold: number;
  readonly required: number;
  readonly dropoutsTolerated: number;
}

export type Outlook =
  | SecureOutlook
  | { readonly kind: 'plain'; readonly sites: number }
  | { readonly kind: 'refused'; readonly sites: number; readonly why: string };

interface Numbers {
  readonly isSecure: boolean;
  readonly minSites: number;
  readonly colluders: number;
  readonly groups: GroupRules | undefined;
}

/** So many sites more than the smallest number are looked at too. */
const MORE = 3;

/** For the smallest number of sites and some more; empty while there is no smallest number. */
export function outlooks(draft: Draft): Outlook[] {
  const numbers = numbersOf(draft);
  return numbers === undefined
    ? []
    : Array.from({ length: MORE + 1 }, (_, more) => outlook(numbers, numbers.minSites + more));
}

/** Of so many sites as the draft names, or of the smallest number. */
export function outlookOf(draft: Draft): Outlook | undefined {
  const numbers = numbersOf(draft);
  const named = valueAt(draft, 'participation.sites');
  return numbers === undefined
    ? undefined
    : outlook(numbers, Math.max(Array.isArray(named) ? named.length : 0, numbers.minSites));
}

/** The groups of a draft that has sensible ones. */
export function groupsOf(draft: Draft): GroupRules | undefined {
  const written = valueAt(draft, 'privacy.groups');
  const filled = isObject(written)
    ? { ...asObject(defaultAt(draft, 'privacy.groups')), ...written }
    : undefined;
  const parsed = groupRulesSchema.safeParse(filled);
  return parsed.success ? parsed.data : undefined;
}

function outlook({ isSecure, minSites, colluders, groups }: Numbers, sites: number): Outlook {
  if (!isSecure) {
    return { kind: 'plain', sites };
  }
  try {
    const explained = explainSecurity({ sites, minSites, colluders, groups });
    const { threshold, required, dropoutsTolerated } = explained;
    return { kind: 'secure', sites, colluders, threshold, required, dropoutsTolerated };
  } catch (error) {
    if (isConsiliumError(error, 'bad-request')) {
      return { kind: 'refused', sites, why: error.message };
    }
    throw error;
  }
}

function numbersOf(draft: Draft): Numbers | undefined {
  const minSites = valueAt(draft, 'participation.minSites');
  const isSecure =
    (valueAt(draft, 'privacy.secureAggregation') ??
      defaultAt(draft, 'privacy.secureAggregation')) !== 'off';
  const colluders =
    valueAt(draft, 'privacy.colluders') ?? defaultAt(draft, 'privacy.colluders') ?? 1;
  return isCount(minSites) && isCount(colluders)
    ? { isSecure, minSites, colluders, groups: groupsOf(draft) }
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function asObject(value: unknown): object {
  return isObject(value) ? value : {};
}
