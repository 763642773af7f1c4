/** From enrolment to the start: the sites' words on the study protocol, and the rosters that follow from them. */
import { contentHashOf, keyIdOf, signBody, type Signed } from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import { signedHash, studyProtocolHash, type Join, type Roster } from '../../protocol/index.js';
import { parseOperatorId } from '../../vocabulary/index.js';
import { AT, same, type SampleContext, type SampleSite } from './sample-context.js';

export function enrol({ log }: SampleContext, { siteId, key }: SampleSite): void {
  log.append({
    ...AT,
    type: 'site.enrolled',
    siteId,
    keyId: keyIdOf(key.publicKey),
    identityKey: toBase64(key.publicKey),
    enrolmentHash: contentHashOf({ siteId }),
    invitedBy: parseOperatorId('op-0123456789ab'),
    approvedBy: parseOperatorId('op-ba9876543210'),
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

export function addToRoster(
  { protocol, coordinatorKey, log, forgery }: SampleContext,
  { siteId, key }: SampleSite,
  before: readonly Signed<Roster>[],
): { roster: Signed<Roster>; leafIndex: number } {
  const { studyId } = protocol;
  const keyId = keyIdOf(key.publicKey);
  const epoch = before.length + 1;
  const added = { siteId, keyId, identityKey: toBase64(key.publicKey) };
  const sites = [...(before.at(-1)?.body.sites ?? []), added];
  const body = (forgery.roster ?? same)({ v: 1, studyId, epoch, sites });
  const roster = signBody('roster', body, coordinatorKey);
  const rosterHash = signedHash(roster);
  const type = 'roster.add';
  const leafIndex = log.append({ ...AT, studyId, type, siteId, keyId, epoch, rosterHash });
  return { roster, leafIndex };
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
