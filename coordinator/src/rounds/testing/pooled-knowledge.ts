/**
 * For specs: an attacker who has every row and every file of a coordinator, and all that corrupt sites hold, and computes single
 * updates from it as far as that can be done. docs/protocol/v1.md section 4.1.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  boxOpen,
  combineShares,
  contentHash,
  type SealedBox,
  type Signed,
} from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  peersHash,
  sharersHash,
  type Advert,
  type SecretKind,
  type Shares,
  type Unmasking,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import {
  addMasks,
  isSecretOf,
  pairMaskSeed,
  secureContext,
  selfMaskSeed,
  type Mask,
} from '@consilium/shared/secagg';
import { decodeVector } from '@consilium/shared/tensors';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../../database/database.js';
import type { RoundBench } from './round-bench.js';
import type { SecureSite } from './secure-site.js';
import { required } from './simulated-site.js';

export interface Knowledge {
  /** Every row of every table. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The bytes of every file, the database among them. */
  readonly files: readonly Uint8Array[];
}

/** Reads back from the disk whatever a coordinator has. */
export async function knowledgeOf(bench: RoundBench, folder: string): Promise<Knowledge> {
  const rows = await bench.get(Database).read(async ({ rows: reader }) => {
    const tables = await reader.query<{ readonly name: string }[]>(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const found: Record<string, unknown>[] = [];
    for (const { name } of tables) {
      const table = await reader.query<Record<string, unknown>[]>(`SELECT * FROM "${name}"`);
      found.push(...table);
    }
    return found;
  });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return {
    rows,
    files: await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))),
  };
}

/** The masked vector of a site, as it lies on the disk. */
export function maskedVectorOf({ rows, files }: Knowledge, victim: SiteId): Uint32Array {
  const header = required(signedDocuments<UpdateHeader>(rows, 'vectorHash').get(victim));
  const bytes = files.find((file) => contentHash(file) === header.body.vectorHash);
  return decodeVector(required(bytes));
}

/**
 * The update of one site, from the shares that were answered, those that corrupt sites were dealt, and their own secrets.
 * @returns undefined where a mask stays on it
 */
export async function readUpdate(
  knowledge: Knowledge,
  victim: SiteId,
  corrupt: readonly SecureSite[],
): Promise<Uint32Array | undefined> {
  const attack = new Attack(knowledge, corrupt);
  const selfSeed = await attack.secretOf(victim, 'self-seed');
  const masks: Mask[] = [];
  for (const other of attack.sharers().filter((siteId) => siteId !== victim)) {
    const seed = await attack.pairSeed(victim, other);
    if (seed === undefined) {
      return undefined;
    }
    masks.push({ seed, sign: other > victim ? -1 : 1 });
  }
  if (selfSeed === undefined) {
    return undefined;
  }
  masks.push({ seed: selfMaskSeed(selfSeed, attack.context(), victim), sign: -1 });
  const vector = maskedVectorOf(knowledge, victim);
  addMasks(vector, masks);
  return vector;
}

class Attack {
  private readonly adverts: ReadonlyMap<SiteId, Signed<Advert>>;
  private readonly shares: ReadonlyMap<SiteId, Signed<Shares>>;
  private readonly answers: ReadonlyMap<SiteId, Signed<Unmasking>>;

  constructor(
    { rows }: Knowledge,
    private readonly corrupt: readonly SecureSite[],
  ) {
    this.adverts = signedDocuments<Advert>(rows, 'transportKey');
    this.shares = signedDocuments<Shares>(rows, 'entriesRoot');
    this.answers = signedDocuments<Unmasking>(rows, 'shares');
  }

  sharers(): readonly SiteId[] {
    return [...this.shares.keys()].sort();
  }

  context(): Uint8Array {
    const { attemptId, manifestHash } = this.first().body;
    return secureContext({
      attemptId,
      manifestHash,
      peersHash: peersHash(attemptId, [...this.adverts.values()]),
      sharersHash: sharersHash(attemptId, [...this.shares.values()]),
    });
  }

  /** From the secret of either end. */
  async pairSeed(own: SiteId, their: SiteId): Promise<Uint8Array | undefined> {
    for (const [a, b] of [[own, their] as const, [their, own] as const]) {
      const ownSecret = await this.secretOf(a, 'mask-key');
      if (ownSecret !== undefined) {
        const theirKey = fromBase64(this.secureOf(b).maskKey);
        return pairMaskSeed({ ownSecret, theirKey, own: a, their: b, context: this.context() });
      }
    }
    return undefined;
  }

  async secretOf(dealer: SiteId, kind: SecretKind): Promise<Uint8Array | undefined> {
    const own = this.corrupt.find(({ siteId }) => siteId === dealer);
    if (own !== undefined) {
      const { selfSeed, mask } = own.secretsOf(this.first().body.attemptId);
      return kind === 'self-seed' ? selfSeed : mask.secretKey;
    }
    const shares = [...this.answeredShares(dealer, kind), ...this.dealtShares(dealer, kind)];
    const distinct = new Map(shares.map((share) => [share.join(), share]));
    const secret = distinct.size < 2 ? undefined : await combineShares([...distinct.values()]);
    const { maskKey, selfSeedHash } = this.secureOf(dealer);
    const named = { maskKey: fromBase64(maskKey), selfSeedHash: fromBase64(selfSeedHash) };
    return secret !== undefined && isSecretOf(named, kind, secret) ? secret : undefined;
  }

  private answeredShares(dealer: SiteId, kind: SecretKind): Uint8Array[] {
    return [...this.answers.values()]
      .flatMap(({ body }) => body.shares)
      .filter((share) => share.dealer === dealer && share.kind === kind)
      .map(({ share }) => fromBase64(share));
  }

  /** Out of the boxes that the corrupt sites were handed; each holds a share of either secret. */
  private dealtShares(dealer: SiteId, kind: SecretKind): Uint8Array[] {
    const { attemptId } = this.first().body;
    return this.corrupt.flatMap((holder) => {
      const { dealt } = holder.latest('round.relay');
      const box = dealt.find(({ shares }) => shares.body.siteId === dealer)?.entry.box;
      return box === undefined ? [] : [this.opened(box, dealer, holder, attemptId, kind)];
    });
  }

  private opened(
    box: SealedBox,
    dealer: SiteId,
    holder: SecureSite,
    attemptId: Advert['attemptId'],
    kind: SecretKind,
  ): Uint8Array {
    const theirs = fromBase64(required(this.adverts.get(dealer)).body.transportKey);
    const plain = boxOpen(box, theirs, holder.secretsOf(attemptId).transport.secretKey);
    return kind === 'self-seed' ? plain.slice(0, 33) : plain.slice(33, 66);
  }

  private secureOf(siteId: SiteId): NonNullable<Advert['secure']> {
    return required(required(this.adverts.get(siteId)).body.secure);
  }

  private first(): Signed<Shares> {
    return required([...this.shares.values()][0]);
  }
}

/** The signed documents with such a member, one a site. */
function signedDocuments<T extends { readonly siteId: SiteId }>(
  rows: Knowledge['rows'],
  member: string,
): ReadonlyMap<SiteId, Signed<T>> {
  const texts = rows
    .flatMap((row) => Object.values(row))
    .filter((value): value is string => typeof value === 'string' && value.startsWith('{"body"'));
  const documents = texts
    .map((text) => JSON.parse(text) as Signed<T>)
    .filter(({ body }) => 'siteId' in body && member in body);
  return new Map(documents.map((document) => [document.body.siteId, document]));
}
