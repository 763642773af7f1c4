/** From enrolment to the start: the sites' words on the study protocol, and the rosters that follow from them. */
import { contentHashOf, keyIdOf, signBody, type Signed } from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import {
  signedHash,
  studyProtocolHash,
  type Join,
  type Leaf,
  type Roster,
} from '../../protocol/index.js';
import type { ContentHash, KeyId } from '../../vocabulary/index.js';
import { AT, same, type SampleContext, type SampleSite } from './sample-context.js';
import { APPROVER, INVITER } from './sample-people.js';

export function enrol({ log }: SampleContext, { siteId, key }: SampleSite): void {
  log.append({
    ...AT,
    type: 'site.enrolled',
    siteId,
    keyId: keyIdOf(key.publicKey),
    identityKey: toBase64(key.publicKey),
    enrolmentHash: contentHashOf({ siteId }),
    invitedBy: INVITER,
    approvedBy: APPROVER,
  });
}

export function join(context: SampleContext, site: SampleSite): Signed<Join> {
  const decision = {
    kind: 'join',
    images: site.weight + 2,
    used: site.weight,
    skipped: 2,
  } as const;
  const signed = signDecision(context, site, decision);
  const { studyId, studyProtocolHash: hash } = signed.body;
  context.log.append({
    ...AT,
    studyId,
    type: 'study.approved',
    siteId: site.siteId,
    studyProtocolHash: hash,
    joinHash: signedHash(signed),
  });
  return signed;
}

export function decline(context: SampleContext, site: SampleSite): Signed<Join> {
  const decision = { kind: 'decline', code: 'dataset-too-small' } as const;
  const signed = signDecision(context, site, decision);
  const { studyId, siteId } = signed.body;
  const joinHash = signedHash(signed);
  const reason = decision.code;
  context.log.append({ ...AT, studyId, type: 'study.declined', siteId, joinHash, reason });
  return signed;
}

type RosterChange = Pick<Extract<Leaf, { type: 'roster.add' }>, 'siteId' | 'keyId'> &
  (
    | { readonly type: 'roster.add' }
    | {
        readonly type: 'roster.rotate';
        readonly oldKeyId: KeyId;
        readonly rotationHash: ContentHash;
      }
    | {
        readonly type: 'roster.revoke';
        readonly validUntilRound: number;
        readonly because: 'revoked' | 'withdrawn';
      }
  );

/** Signs the next roster and logs what changed. */
export function nextRoster(
  { protocol, coordinatorKey, log, forgery }: SampleContext,
  before: readonly Signed<Roster>[],
  sites: Roster['sites'],
  change: RosterChange,
): { roster: Signed<Roster>; leafIndex: number } {
  const { studyId } = protocol;
  const epoch = before.length + 1;
  const body = (forgery.roster ?? same)({ v: 1, studyId, epoch, sites });
  const roster = signBody('roster', body, coordinatorKey);
  const rosterHash = signedHash(roster);
  const leafIndex = log.append({ ...AT, studyId, epoch, rosterHash, ...change });
  return { roster, leafIndex };
}

export function addToRoster(
  context: SampleContext,
  { siteId, key }: SampleSite,
  before: readonly Signed<Roster>[],
): { roster: Signed<Roster>; leafIndex: number } {
  const keyId = keyIdOf(key.publicKey);
  const added = { siteId, keyId, identityKey: toBase64(key.publicKey) };
  const sites = [...(before.at(-1)?.body.sites ?? []), added];
  return nextRoster(context, before, sites, { type: 'roster.add', siteId, keyId });
}

function signDecision(
  { protocol }: SampleContext,
  { siteId, key }: SampleSite,
  decision: Join['decision'],
): Signed<Join> {
  const { studyId } = protocol;
  const body: Join = {
    v: 1,
    studyId,
    siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    policyHash: contentHashOf({}),
    decision,
  };
  return signBody('join', body, key);
}
