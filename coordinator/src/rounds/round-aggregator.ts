/** Computes a round: the ring sum from the uploads, the next adapter checkpoint from the ring sum, both stored by hash. */
import { Injectable } from '@nestjs/common';
import { applyRingSums, type CombineRule } from '@consilium/shared/aggregation';
import { openSecret } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  encodeVector,
  inSchemaOrder,
  readSafetensors,
  writeSafetensors,
  type TensorSchema,
} from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash, type SiteId } from '@consilium/shared/vocabulary';
import { sumUpdates, type SealedUpdate, type Summed } from '../aggregation/sum-updates.js';
import { BlobStore } from '../blobs/blob-store.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { UploadsService } from '../updates/uploads.service.js';
import { keyPurpose, peersOf, weightOf, type Attempt, type Sender } from './attempt.js';

export interface RingSumOfAttempt {
  /**
   * The parameters in the layout of the schema, in a secure attempt the metric words after them; where groups are summed one such
   * sum after the other.
   */
  readonly ringSum: Uint32Array;
  readonly survivors: readonly SiteId[];
  /** The survivors by sum, and how the means become one; absent where there is one sum. */
  readonly grouped?: {
    readonly groups: readonly (readonly SiteId[])[];
    readonly combine: CombineRule;
  };
}

/** What a round has computed, as hashes of blobs that are on disk. */
export interface RoundHashes {
  readonly ringSumHash: ContentHash;
  readonly adapterCheckpointHash: ContentHash;
}

@Injectable()
export class RoundAggregator {
  constructor(
    private readonly uploads: UploadsService,
    private readonly blobs: BlobStore,
    private readonly keys: CoordinatorKeys,
  ) {}

  /** Opens and adds the updates of the senders. */
  async sum(attempt: Attempt, schema: TensorSchema, senders: readonly Sender[]): Promise<Summed> {
    const peers = peersOf(attempt);
    return sumUpdates({
      schema,
      updates: senders.map((sender) => this.sealedUpdate(sender)),
      aggregationSecret: this.aggregationSecret(attempt),
      weightTotal: weightOf(peers),
      sites: peers.length,
    });
  }

  /** @throws ConsiliumError 'non-finite' when a parameter overflows: no sum of these updates can be applied. */
  async apply(
    attempt: Attempt,
    schema: TensorSchema,
    summed: RingSumOfAttempt,
  ): Promise<RoundHashes> {
    const peers = peersOf(attempt);
    const { adapterCheckpointHash } = attempt.manifest.body;
    const { survivors, grouped } = summed;
    const lists = grouped?.groups ?? [survivors];
    const next = applyRingSums({
      previous: readSafetensors(await this.blobs.readAll(adapterCheckpointHash)),
      ringSums: summed.ringSum,
      stride: summed.ringSum.length / lists.length,
      schema,
      weightTotal: weightOf(peers),
      weights: lists.map((sites) => weightOf(peers.filter(isOneOf(sites)))),
      combine: grouped?.combine,
      sites: peers.length,
    });
    const [ringSum, checkpoint] = await Promise.all([
      this.blobs.put(encodeVector(summed.ringSum)),
      this.blobs.put(writeSafetensors(inSchemaOrder(schema, next))),
    ]);
    return { ringSumHash: ringSum.hash, adapterCheckpointHash: checkpoint.hash };
  }

  private sealedUpdate({ advert, header }: Sender): SealedUpdate {
    const { attemptId, siteId } = header.body;
    return {
      header: header.body,
      transportKey: fromBase64(advert.body.transportKey),
      weight: advert.body.weight,
      chunk: (index) => this.uploads.read({ attemptId, siteId, index }),
    };
  }

  private aggregationSecret({ attemptId, sealedKey }: Attempt): Uint8Array {
    if (sealedKey === undefined) {
      throw new ConsiliumError('internal', 'an attempt that is sealed has lost its key');
    }
    return openSecret(sealedKey, this.keys.keyEncryptionKey, keyPurpose(attemptId));
  }
}

function isOneOf(sites: readonly SiteId[]): (row: { readonly siteId: SiteId }) => boolean {
  return ({ siteId }) => sites.includes(siteId);
}
