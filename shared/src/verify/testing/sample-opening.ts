/** How every sample study begins: the log, the sites, the study, who joins it. */
import { contentHash, type Signed, type SigningKeyPair } from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import { signedHash, studyProtocolHash, type Join, type Roster } from '../../protocol/index.js';
import { initialTensors, writeSafetensors } from '../../tensors/index.js';
import { ConsiliumError, parseSiteId, parseStudyId } from '../../vocabulary/index.js';
import { AT, type SampleContext, type SampleSite, type StartedStudy } from './sample-context.js';
import { sampleSigningKey } from './sample-keys.js';
import { addToRoster, decline, join } from './sample-recruiting.js';

/** The log's name. */
export const ORIGIN = 'coordinator.example/log';

export function sampleSite(name: string, i: number): SampleSite {
  return { siteId: parseSiteId(name), key: sampleSigningKey(name), weight: 40 + 17 * i };
}

/** The log and the coordinator's keys. */
export function openLog({ log, coordinatorKey }: SampleContext, logKey: SigningKeyPair): void {
  log.append({
    ...AT,
    type: 'log.opened',
    origin: ORIGIN,
    logKey: toBase64(logKey.publicKey),
    coordinatorKey: toBase64(coordinatorKey.publicKey),
  });
  log.append({ ...AT, type: 'software.version', version: '0.1.0', node: 'v20', protocol: 1 });
}

export function createStudy({ log, protocol, schema }: SampleContext): void {
  const first = writeSafetensors(initialTensors(schema, protocol.seed));
  log.append({
    ...AT,
    type: 'study.created',
    studyId: protocol.studyId,
    studyProtocolHash: studyProtocolHash(protocol),
    schemaHash: protocol.schemaHash,
    adapterCheckpointHash: contentHash(first),
  });
  appendOtherStudy({ log });
}

/** What a bundle of this study leaves out. */
export function appendOtherStudy({ log }: Pick<SampleContext, 'log'>): void {
  const studyId = parseStudyId('other-study');
  log.append({ ...AT, type: 'access.export', studyId, what: 'adapter' });
}

/** All sites join but the decliner, if there is one; then the study starts. */
export function recruit(
  context: SampleContext,
  decliner?: SampleSite,
): { joins: Signed<Join>[]; started: StartedStudy } {
  const rosters: Signed<Roster>[] = [];
  let rosterLeafIndex = 0;
  const joins = context.sites.flatMap((site, i) => {
    const { declines } = i === 0 ? context.forgery : {};
    const before = declines === 'before' ? [decline(context, site)] : [];
    const signed = join(context, site);
    const added = addToRoster(context, site, rosters);
    rosters.push(added.roster);
    rosterLeafIndex = added.leafIndex;
    const after = declines === 'after' ? [decline(context, site)] : [];
    return [...before, signed, ...after];
  });
  if (decliner !== undefined) {
    joins.push(decline(context, decliner));
  }
  const roster = rosters.at(-1);
  if (roster === undefined) {
    throw new ConsiliumError('internal', 'a sample study needs sites');
  }
  const { log, protocol } = context;
  const { studyId } = protocol;
  log.append({ ...AT, type: 'study.started', studyId, rosterHash: signedHash(roster) });
  const started: StartedStudy = { ...context, rosters, roster, rosterLeafIndex };
  return { joins, started };
}
