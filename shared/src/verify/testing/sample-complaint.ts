/** A site of a secure sample attempt that declines over the shares of another one. docs/protocol/v1.md section 4.1, step 3. */
import { signBody, type Signed } from '../../crypto/index.js';
import { signedHash, type Decline, type Manifest } from '../../protocol/index.js';
import { dealtTo } from '../../secagg/index.js';
import { ofAttempt } from './sample-attempt.js';
import type { StartedStudy } from './sample-context.js';
import { leafFields } from './sample-round.js';
import type { SampleDealing } from './sample-sharing.js';

interface Complaint {
  readonly manifest: Signed<Manifest>;
  readonly faulty: SampleDealing | undefined;
  /** Undefined where every dealer sends its update. */
  readonly holder: SampleDealing | undefined;
}

/** Nothing unless the forgery of the study asks for it. */
export function complain(
  { log, forgery }: StartedStudy,
  { manifest, faulty, holder }: Complaint,
): Signed<Decline>[] {
  const bend = forgery.secure?.complaint;
  if (bend === undefined || faulty === undefined || holder === undefined) {
    return [];
  }
  const { siteId, key } = holder.peer.site;
  const complaint = bend(dealtTo(siteId, faulty.shares, faulty.entries));
  const code = 'bad-shares';
  const manifestHash = signedHash(manifest);
  const body: Decline = { ...ofAttempt(manifest), siteId, manifestHash, code, complaint };
  const decline = signBody('decline', body, key);
  const dealer = complaint.shares.body.siteId;
  const declineHash = signedHash(decline);
  log.append({
    ...leafFields(manifest),
    type: 'round.declined',
    siteId,
    declineHash,
    code,
    dealer,
  });
  return [decline];
}
