/** The documents of a site in a round, as an honest agent makes them; a spec bends them before they are signed. */
import {
  contentHash,
  generateBoxKeyPair,
  randomBytes,
  sealUpdate,
  signBody,
  type BoxKeyPair,
  type Signed,
  type UpdateContext,
} from '@consilium/shared/crypto';
import { decodeFloat, toBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import {
  adapterSchema,
  encryptedPayload,
  peersHash,
  signedHash,
  studyProtocolHash,
  type Advert,
  type Decline,
  type Join,
  type Manifest,
  type StudyProtocol,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { encodeVector, schemaSize } from '@consilium/shared/tensors';
import { parseContentHash } from '@consilium/shared/vocabulary';
import type { SiteIdentity } from './raw-site.js';

const POLICY_HASH = parseContentHash(`sha256:${'0'.repeat(64)}`);
const WEIGHT = 10;

export interface Update {
  readonly header: Signed<UpdateHeader>;
  readonly chunks: readonly Uint8Array[];
}

export function joinOf({ siteId, identity }: SiteIdentity, protocol: StudyProtocol): Signed<Join> {
  const body: Join = {
    v: 1,
    studyId: protocol.studyId,
    siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    policyHash: POLICY_HASH,
    decision: { kind: 'join', images: WEIGHT, used: WEIGHT, skipped: 0 },
  };
  return signBody('join', body, identity);
}

/** A site in one attempt. */
export class Attempt {
  readonly transport: BoxKeyPair = generateBoxKeyPair();

  constructor(
    readonly who: SiteIdentity,
    readonly protocol: StudyProtocol,
    readonly manifest: Signed<Manifest>,
  ) {}

  advert(changes: Partial<Advert> = {}): Signed<Advert> {
    const body: Advert = {
      ...this.place(),
      transportKey: toBase64(this.transport.publicKey),
      weight: WEIGHT,
      nonce: toBase64(randomBytes(32)),
      ...changes,
    };
    return signBody('advert', body, this.who.identity);
  }

  decline(): Signed<Decline> {
    return signBody('decline', { ...this.place(), code: 'no-data' }, this.who.identity);
  }

  /**
   * @param bend changes the chunks before the header commits to them
   * @param elsewhere of which place they are sealed, if not of this one
   */
  update(
    adverts: readonly Signed<Advert>[],
    changes: Partial<UpdateHeader> = {},
    bend: (chunks: Uint8Array[]) => Uint8Array[] = (chunks) => chunks,
    elsewhere: Partial<UpdateContext> = {},
  ): Update {
    const { manifest, protocol } = this;
    const schema = adapterSchema({
      geometry: protocol.backbone.geometry,
      adapter: protocol.adapter,
      task: protocol.task,
      updateRange: decodeFloat(protocol.training.updateRange),
    });
    const plaintext = encodeVector(new Uint32Array(schemaSize(schema)).fill(1));
    const contentKey = randomBytes(32);
    const place = this.place();
    const context = { ...place, ...elsewhere };
    const chunks = bend(sealUpdate({ plaintext, contentKey, context }));
    const body: UpdateHeader = {
      ...place,
      peersHash: peersHash(place.attemptId, adverts),
      schemaHash: manifest.body.schemaHash,
      payload: encryptedPayload(contentKey, manifest.body, this.transport.secretKey),
      plaintextBytes: plaintext.length,
      vectorHash: contentHash(plaintext),
      chunkCount: chunks.length,
      chunkRoot: toBase64(rootOf(chunks.map(leafHash))),
      ...{ cut: 0, trainMs: 1, engine: 'spec', policyHash: POLICY_HASH },
      ...changes,
    };
    return { header: signBody('update-header', body, this.who.identity), chunks };
  }

  private place() {
    const { studyId, roundNo, attemptId } = this.manifest.body;
    const manifestHash = signedHash(this.manifest);
    return { v: 1 as const, studyId, roundNo, attemptId, siteId: this.who.siteId, manifestHash };
  }
}
