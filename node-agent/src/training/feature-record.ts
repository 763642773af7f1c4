/**
 * One image's record in the trunk cache, encrypted: what a trunk makes of a patient's picture is personal data. A record opens
 * under the key of its study only, and only as the record of this image under everything that decides its values.
 */
import { hkdf, openSecret, sealSecret } from '@consilium/shared/crypto';
import { canonicalJson, toHex, utf8 } from '@consilium/shared/encoding';
import { isConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import type { CachePrecision } from '../config/cache-precision.js';

/** Nonce and tag of AES-256-GCM. */
export const RECORD_OVERHEAD_BYTES = 12 + 16;

const KEY_BYTES = 32;
const NAME_BYTES = 32;

/** Everything that decides the values, besides the image. */
export interface FeatureKey {
  readonly backbone: ContentHash;
  /** Of the geometry that the study names: its pool makes other features of the same backbone. */
  readonly geometry: ContentHash;
  /** The level of the backbone, as Backbone counts them. */
  readonly level: number;
  readonly preprocessing: ContentHash;
  /** Engines differ in the last bits; a training must not mix them. */
  readonly engine: string;
  readonly precision: CachePrecision;
}

export class RecordCipher {
  readonly #recordKey: Uint8Array;
  readonly #nameKey: Uint8Array;
  readonly #purpose: string;

  /** @param studyKey 32 bytes */
  constructor(studyKey: Uint8Array, key: FeatureKey) {
    const derived = (use: string): Uint8Array =>
      hkdf(studyKey, new Uint8Array(), `consilium/v1/trunk-cache/${use}`, KEY_BYTES);
    this.#recordKey = derived('records');
    this.#nameKey = derived('names');
    this.#purpose = canonicalJson({ use: 'consilium/v1/trunk-cache', ...key });
  }

  /** A file name that tells nobody without the key which image it is of, or whether two records are of one image. */
  name(image: ContentHash): string {
    return toHex(hkdf(this.#nameKey, utf8(image), this.#purpose, NAME_BYTES));
  }

  /** @returns the nonce (random, 96 bits), the cipher text and the tag */
  seal(image: ContentHash, plain: Uint8Array): Uint8Array {
    return sealSecret(plain, this.#recordKey, this.#purposeOf(image));
  }

  /** Undefined where the record was cut or altered, or is another image's, study's, level's or site's. */
  open(image: ContentHash, record: Uint8Array): Uint8Array | undefined {
    try {
      return openSecret(record, this.#recordKey, this.#purposeOf(image));
    } catch (error) {
      if (isConsiliumError(error) && error.code === 'secret-unreadable') {
        return undefined;
      }
      throw error;
    }
  }

  #purposeOf(image: ContentHash): string {
    return `${this.#purpose}\0${image}`;
  }
}
