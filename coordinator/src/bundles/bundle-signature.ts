/** Signs what a bundle holds. */
import { Inject, Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { fromUtf8 } from '@consilium/shared/encoding';
import { signedBundleIndexSchema, type BundleIndex } from '@consilium/shared/protocol';
import { bundleIndexFile, type BundleFileEntry } from '@consilium/shared/verify';
import type { StudyId } from '@consilium/shared/vocabulary';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Clock } from '../platform/clock.js';

@Injectable()
export class BundleSignature {
  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
    private readonly clock: Clock,
  ) {}

  sign(studyId: StudyId, entries: readonly BundleFileEntry[]): Signed<BundleIndex> {
    const { bytes } = bundleIndexFile(entries, {
      studyId,
      origin: this.config.logOrigin,
      coordinatorKey: this.keys.identity,
      logPublicKey: this.keys.log.publicKey,
      createdAtMs: this.clock.nowMs(),
    });
    return signedBundleIndexSchema.parse(JSON.parse(fromUtf8(bytes)));
  }
}
