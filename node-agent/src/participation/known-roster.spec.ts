import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentHash,
  generateSigningKeyPair,
  keyIdOf,
  signBody,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { canonicalBytes, toBase64, type Json } from '@consilium/shared/encoding';
import {
  signedHash,
  type DoublySignedKeyRotation,
  type KeyRotation,
  type Leaf,
  type Manifest,
  type Roster,
  type SiteRequest,
} from '@consilium/shared/protocol';
import { parseSiteId, parseStudyId, type ContentHash } from '@consilium/shared/vocabulary';
import { KnownRoster } from './known-roster.js';
import type { LogTrust } from './log-trust.js';
import { PinnedMembers } from './pinned-members.js';

const STUDY = parseStudyId('smears');
const NORTHGATE = parseSiteId('northgate');
type Member = Roster['sites'][number];

describe('a roster in which a member has another key', () => {
  const coordinator = generateSigningKeyPair();
  const [first, second, third] = [1, 2, 3].map(generateSigningKeyPair) as [
    SigningKeyPair,
    SigningKeyPair,
    SigningKeyPair,
  ];
  const signal = new AbortController().signal;
  let folder: string;
  let blobs: Map<ContentHash, Uint8Array>;
  let leaves: Leaf[];
  let epoch = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roster-'));
    blobs = new Map();
    leaves = [];
    epoch = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (json: Json): ContentHash => {
    const bytes = canonicalBytes(json);
    const hash = contentHash(bytes);
    blobs.set(hash, bytes);
    return hash;
  };
  /** What an agent knows after a restart: its files. */
  const opened = (): KnownRoster => {
    const request = (message: SiteRequest) => {
      const blob = message.kind === 'blob.read' ? blobs.get(message.hash) : undefined;
      const bytes = blob ?? new Uint8Array();
      return Promise.resolve({
        reply: { kind: 'blob' as const, size: bytes.length },
        attachment: bytes,
      });
    };
    const requireLeaf = (_types: unknown, index: number) => Promise.resolve(leaves[index]);
    const logTrust = { requireLeaf } as unknown as LogTrust;
    return new KnownRoster(
      { link: { request }, logTrust, coordinatorKey: coordinator.publicKey },
      new PinnedMembers({ folder }),
    );
  };
  const memberWith = (key: SigningKeyPair, rotations?: Member['rotations']): Member => ({
    siteId: NORTHGATE,
    keyId: keyIdOf(key.publicKey),
    identityKey: toBase64(key.publicKey),
    ...(rotations === undefined ? {} : { rotations }),
  });
  /** A manifest that names a logged roster of this one member. */
  const manifestOf = (member: Member): Manifest => {
    epoch += 1;
    const body: Roster = { v: 1, studyId: STUDY, epoch, sites: [member] };
    const roster = signBody('roster', body, coordinator);
    const rosterHash = signedHash(roster);
    put(roster);
    const { siteId, keyId } = member;
    leaves.push({
      ...{ v: 1, atMs: 0, type: 'roster.add', studyId: STUDY, siteId, keyId, epoch, rosterHash },
    });
    return { rosterHash, rosterLeafIndex: leaves.length - 1 } as Manifest;
  };
  const handover = (
    from: SigningKeyPair,
    to: SigningKeyPair,
    signers: readonly [SigningKeyPair, SigningKeyPair] = [from, to],
  ) => {
    const body: KeyRotation = {
      v: 1,
      siteId: NORTHGATE,
      coordinatorKeyId: keyIdOf(coordinator.publicKey),
      oldKey: toBase64(from.publicKey),
      newKey: toBase64(to.publicKey),
    };
    const [old, next] = signers;
    const rotation: DoublySignedKeyRotation = {
      byOld: signBody('key-rotation', body, old),
      byNew: signBody('key-rotation', body, next),
    };
    const hash = put(rotation);
    leaves.push({
      ...{ v: 1, atMs: 0, type: 'site.key-rotated', siteId: NORTHGATE, rotationHash: hash },
      oldKeyId: keyIdOf(from.publicKey),
      keyId: keyIdOf(to.publicKey),
      identityKey: body.newKey,
    });
    return { hash, leafIndex: leaves.length - 1 };
  };
  const pinFirst = async (): Promise<void> => {
    await opened().of(manifestOf(memberWith(first)), signal);
  };

  it('is believed when the old key handed over to it, also across two changes and a restart', async () => {
    await pinFirst();
    const rotations = [handover(first, second), handover(second, third)];
    await opened().of(manifestOf(memberWith(third, rotations)), signal);
    expect(await readFile(join(folder, 'members.json'), 'utf8')).toContain(
      toBase64(third.publicKey),
    );
    await expect(opened().of(manifestOf(memberWith(first)), signal)).rejects.toMatchObject({
      code: 'unknown-key',
    });
  });

  it('is refused when nobody handed over', async () => {
    await pinFirst();
    await expect(opened().of(manifestOf(memberWith(second)), signal)).rejects.toMatchObject({
      code: 'unknown-key',
    });
  });

  it('is refused when another key than the pinned one handed over', async () => {
    await pinFirst();
    const rotations = [handover(third, second)];
    await expect(
      opened().of(manifestOf(memberWith(second, rotations)), signal),
    ).rejects.toMatchObject({ code: 'unknown-key' });
  });

  it('is refused when a signature of the handover is forged', async () => {
    await pinFirst();
    for (const signers of [
      [third, second],
      [first, third],
    ] as const) {
      const rotations = [handover(first, second, signers)];
      await expect(
        opened().of(manifestOf(memberWith(second, rotations)), signal),
      ).rejects.toMatchObject({ code: 'bad-signature' });
    }
  });

  it('is refused when the log holds another handover', async () => {
    await pinFirst();
    const { hash } = handover(first, second);
    const other = handover(first, third);
    const rotations = [{ hash, leafIndex: other.leafIndex }];
    await expect(
      opened().of(manifestOf(memberWith(second, rotations)), signal),
    ).rejects.toMatchObject({ code: 'proof-invalid' });
  });
});
