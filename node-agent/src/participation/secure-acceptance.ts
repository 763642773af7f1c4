/**
 * What a site checks of an attempt because its sum is secure, or because it is not: that it is the aggregation of the approved study
 * protocol, that enough sites are there to hide each other, and that no key is a bad or a borrowed one. Pure, like the checks of
 * every attempt. docs/protocol/v1.md section 4.1.
 */
import { checkBoxPublicKey, type Signed } from '@consilium/shared/crypto';
import { canonicalJson, fromBase64 } from '@consilium/shared/encoding';
import {
  groupFaults,
  sharersHash,
  type Advert,
  type Manifest,
  type RoundRecord,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import {
  byGroup,
  groupsOfCohort,
  requireSecureSize,
  sitesNeeded,
  thresholdAfter,
} from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import type { AttemptState } from './agent-state.js';
import { requireEqual } from './require-equal.js';

type Secure = Extract<Manifest['aggregation'], { kind: 'secure' }>;

/** c and t of a secure attempt. @throws ConsiliumError 'bad-message' when the attempt is plain */
export function secureAggregationOf({ aggregation }: Manifest): Secure {
  if (aggregation.kind !== 'secure') {
    throw new ConsiliumError('bad-message', 'a plain attempt has neither colluders nor threshold');
  }
  return aggregation;
}

/**
 * @param earlier the cohorts of attempts from the same adapter checkpoint that this site has seen
 * @throws ConsiliumError 'bad-message' when it is not that of the study protocol or its threshold is too low, 'bad-request' when the
 *   cohort is too small, 'weak-key'; as requireApprovedGroups
 */
export function requireApprovedAggregation(
  manifest: Manifest,
  protocol: StudyProtocol,
  earlier: readonly (readonly SiteId[])[],
): void {
  const { aggregation, cohort, minSites } = manifest;
  const { privacy } = protocol;
  const approved =
    privacy.secureAggregation === 'off' ? 'plain' : `secure, colluders ${privacy.colluders}`;
  const came =
    aggregation.kind === 'plain' ? 'plain' : `secure, colluders ${aggregation.colluders}`;
  requireEqual([['aggregation', came, approved]], 'bad-message');
  switch (aggregation.kind) {
    case 'plain':
      checkBoxPublicKey(fromBase64(aggregation.key));
      return;
    case 'secure': {
      const { colluders, threshold } = aggregation;
      requireSecureSize({ n: cohort.length, minSites, colluders });
      requireApprovedGroups(manifest, protocol);
      const least = thresholdAfter({ cohort, earlier, colluders });
      if (threshold < least) {
        throw new ConsiliumError(
          'bad-message',
          `with a threshold of ${threshold}, not ${least}, lists of survivors could be opened that no honest site has compared`,
        );
      }
      return;
    }
  }
}

/**
 * The groups are those that follow from study and cohort, so nobody picks who is summed with whom.
 * @throws ConsiliumError 'bad-message' when they are others, or when groups of such a study hide nobody
 */
function requireApprovedGroups(manifest: Manifest, protocol: StudyProtocol): void {
  const [fault] = groupFaults(protocol.privacy, protocol.participation);
  if (fault !== undefined) {
    throw new ConsiliumError('bad-message', fault.message);
  }
  const { groups } = secureAggregationOf(manifest);
  const expected = groupsOfCohort(protocol, manifest.cohort);
  requireEqual([['groups', textOf(groups), textOf(expected)]], 'bad-message');
}

function textOf(groups: Secure['groups']): string {
  return groups === undefined ? 'none' : canonicalJson(groups);
}

/**
 * U1 of a secure attempt; of a plain one, that no advert is for another kind of attempt.
 * @throws ConsiliumError 'bad-message' when an advert lacks its mask key or has one too many, 'bad-request' when U1 is too small or
 *   too large, 'weak-key', 'duplicate' when a key or a seed is named twice
 */
export function requireAcceptableMaskKeys(
  adverts: readonly Signed<Advert>[],
  { aggregation, minSites, cohort }: Manifest,
): void {
  const secure = adverts.flatMap(({ body }) => (body.secure === undefined ? [] : [body.secure]));
  const expected = aggregation.kind === 'plain' ? 0 : adverts.length;
  requireEqual([['adverts with a mask key', secure.length, expected]], 'bad-message');
  if (aggregation.kind === 'plain') {
    return;
  }
  const needed = sitesNeeded({ minSites, ...aggregation });
  if (adverts.length < needed) {
    throw new ConsiliumError(
      'bad-request',
      `${adverts.length} of ${cohort.length} sites advertised, a secure sum of this study needs ${needed}`,
    );
  }
  for (const { maskKey } of secure) {
    checkBoxPublicKey(fromBase64(maskKey));
  }
  const keys = [...adverts.map(({ body }) => body.transportKey), ...secure.map((s) => s.maskKey)];
  const seeds = secure.map(({ selfSeedHash }) => selfSeedHash);
  if (new Set(keys).size !== keys.length || new Set(seeds).size !== seeds.length) {
    throw new ConsiliumError('duplicate', 'two adverts share a key or a self-mask seed');
  }
}

/** How the record says that the sum was made, against the manifest and what this site saw. @throws ConsiliumError 'proof-invalid' */
export function requireTrueAggregation(attempt: AttemptState, record: RoundRecord): void {
  const { aggregation, survivors } = record;
  const manifest = attempt.manifest.body;
  requireEqual([['aggregation', aggregation.kind, manifest.aggregation.kind]], 'proof-invalid');
  if (aggregation.kind === 'plain') {
    return;
  }
  const { colluders, threshold, groups } = secureAggregationOf(manifest);
  const needed = sitesNeeded({ minSites: manifest.minSites, colluders, threshold });
  const endorsed = attempt.endorsed?.survivors ?? survivors;
  requireEqual(
    [
      ['colluders', aggregation.colluders, colluders],
      ['threshold', aggregation.threshold, threshold],
      ['set of sharers', aggregation.sharersHash, sharersSeen(attempt) ?? aggregation.sharersHash],
      // What this site endorsed is what was summed, and nothing else.
      ['survivors', wordsOf(survivors), wordsOf(endorsed)],
    ],
    'proof-invalid',
  );
  requireTrueGroups(record, groups);
  if (survivors.length < needed || !survivors.every((site) => aggregation.sharers.includes(site))) {
    throw new ConsiliumError(
      'proof-invalid',
      `the record sums ${survivors.length} sites, ${needed} of those that dealt shares are needed`,
    );
  }
}

/** Which sums there are follows from the survivors. @throws ConsiliumError 'proof-invalid' */
function requireTrueGroups(
  { aggregation, survivors }: RoundRecord,
  groups: Secure['groups'],
): void {
  const expected = groups === undefined ? [] : byGroup(groups, survivors);
  const named = aggregation.kind === 'plain' ? [] : (aggregation.groups ?? []);
  requireEqual(
    [['groups', named.map(wordsOf).join('; '), expected.map(wordsOf).join('; ')]],
    'proof-invalid',
  );
  const isEnough =
    groups === undefined ||
    (expected.length >= groups.fewest &&
      expected.every((members) => members.length >= groups.minSites));
  if (!isEnough) {
    throw new ConsiliumError(
      'proof-invalid',
      `the record sums groups of ${expected.map(({ length }) => length).join(', ')} sites, ${groups.fewest} of at least ${groups.minSites} are needed`,
    );
  }
}

function wordsOf(sites: readonly SiteId[]): string {
  return [...sites].sort().join(', ');
}

function sharersSeen({ dealt, attemptId }: AttemptState): string | undefined {
  return dealt === undefined
    ? undefined
    : sharersHash(
        attemptId,
        dealt.map(({ shares }) => shares),
      );
}
