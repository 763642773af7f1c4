/** Evidence bundles: made on request, recorded in the log before they are made, handed out file by file. docs/protocol/v1.md section 7. */
import { Injectable } from '@nestjs/common';
import { contentHashOf, type Signed } from '@consilium/shared/crypto';
import type {
  BundleActs,
  BundleIndex,
  BundleLog,
  DoublySignedKeyRotation,
  Leaf,
} from '@consilium/shared/protocol';
import {
  bundleDocumentFiles,
  bundleFileEntry,
  type BundleFileEntry,
} from '@consilium/shared/verify';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { BundleLogService } from './bundle-log.service.js';
import { BundleShelf } from './bundle-shelf.js';
import { BundleSignature } from './bundle-signature.js';
import { ExportRecord } from './export-record.js';
import { StudyEvidenceService } from './study-evidence.service.js';
import type { BlobOfBundle } from './study-records.js';

@Injectable()
export class BundlesService {
  constructor(
    private readonly exports: ExportRecord,
    private readonly evidence: StudyEvidenceService,
    private readonly log: BundleLogService,
    private readonly blobs: BlobStore,
    private readonly shelf: BundleShelf,
    private readonly signature: BundleSignature,
  ) {}

  /** Makes a bundle of the study as it stands, the record of this export included. @throws ConsiliumError 'not-found' */
  async make(studyId: StudyId): Promise<Signed<BundleIndex>> {
    await this.exports.append(studyId);
    const { checkpoint, documents, blobs } = await this.evidence.collect(studyId);
    const log = await this.log.excerpt(studyId, checkpoint, sizesOf(documents.acts));
    const rotations = rotationsIn(log, documents.rotations);
    const files = bundleDocumentFiles({ ...documents, rotations, log });
    const blobEntries = await Promise.all(blobs.map((blob) => this.entryOf(blob)));
    const entries = [...files.map(bundleFileEntry), ...blobEntries];
    const index = this.signature.sign(studyId, entries);
    await this.shelf.put(index, files);
    return index;
  }

  private async entryOf({ path, hash }: BlobOfBundle): Promise<BundleFileEntry> {
    const bytes = await this.blobs.size(hash);
    if (bytes === undefined) {
      throw new ConsiliumError('internal', `blob ${hash} of ${path} is gone: restore it`);
    }
    return { path, hash, bytes };
  }
}

/** The checkpoints that statements speak of. */
function sizesOf({ acts }: BundleActs): number[] {
  return acts.flatMap(({ body }) => (body.act === 'statement' ? [body.subject.size] : []));
}

/** A site that is no member may take a new key while this is put together: its leaf then comes too late for this bundle. */
function rotationsIn(
  { leaves }: BundleLog,
  rotations: readonly DoublySignedKeyRotation[],
): DoublySignedKeyRotation[] {
  const hashes = new Set(
    leaves
      .map(({ leaf }) => JSON.parse(leaf) as Leaf)
      .flatMap((leaf) => (leaf.type === 'site.key-rotated' ? [leaf.rotationHash] : [])),
  );
  return rotations.filter((rotation) => hashes.has(contentHashOf(rotation)));
}
