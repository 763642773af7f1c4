/** Threat: a coordinator, or whoever holds its keys and its database, that lets people have said what they did not. */
import { generateSigningKeyPair } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import { personKeyId, signAsPerson, type Leaf, type SignedAct } from '../protocol/index.js';
import { failedChecks, failuresOf, withDocuments } from './testing/forged-bundle.js';
import { PAGES } from './testing/sample-people.js';
import { playSampleStudy } from './testing/sample-study.js';

type AccountLeaf = Extract<Leaf, { type: 'operator.changed' }>;

const study = playSampleStudy();
const attacker = generateSigningKeyPair();
const { acts } = study.documents.acts;

function withActs(change: Partial<typeof study.documents.acts>): string[] {
  return failedChecks(withDocuments(study, { acts: { ...study.documents.acts, ...change } }));
}

/** Why the bundle fails whose log has other leaves. */
function whyWith(change: (leaf: Leaf) => Leaf | undefined): string[] {
  const failures = failuresOf(playSampleStudy({ leaf: change }).files);
  expect(new Set(failures.map(({ check }) => check))).toEqual(new Set(['acts']));
  return failures.map(({ what }) => what.replace(/ [0-9a-f]{16}\b/, '').replace(/ \d+$/, ''));
}

describe('the acts of a bundle', () => {
  it('fail where one is missing, is there twice, or is in no leaf', () => {
    expect(withActs({ acts: acts.slice(1) })).toEqual(['acts']);
    expect(withActs({ acts: [...acts, ...acts.slice(0, 1)] })).toEqual(['acts']);
    expect(withActs({ acts: [...acts].reverse() })).toEqual([]);
    expect(whyWith((leaf) => (leaf.type === 'act.signed' ? undefined : leaf))).toEqual([
      'acts, one for each leaf',
    ]);
  });

  it('fail where the bundle names pages of somebody else', () => {
    expect(withActs({ origins: ['https://look-alike.example'] })).toEqual(['acts']);
    expect(withActs({ origins: [PAGES, 'https://look-alike.example'] })).toEqual([]);
  });

  it('fail where a key of the coordinator signed in the name of the person', () => {
    const forged = acts.map(({ body }): SignedAct => signAsPerson('act', body, attacker));
    expect(withActs({ acts: forged })).toEqual(['acts']);
  });
});

describe('a log of acts', () => {
  const publicKey = toBase64(attacker.publicKey);
  const keyId = personKeyId({ kind: 'ed25519', publicKey: attacker.publicKey });

  it('fails where a key was exchanged for another', () => {
    const exchanged = (leaf: Leaf): Leaf =>
      leaf.type === 'person.key-added' && leaf.kind === 'ed25519' ? { ...leaf, publicKey } : leaf;
    expect(whyWith(exchanged)).toEqual(
      expect.arrayContaining(['keyId', 'signature of op-0123456789ab']),
    );
  });

  it('fails where no key was registered before the act', () => {
    const without = (leaf: Leaf): Leaf | undefined =>
      leaf.type === 'person.key-added' ? undefined : leaf;
    expect(whyWith(without)).toEqual(
      expect.arrayContaining(['key of op-0123456789ab', 'key of op-ba9876543210']),
    );
  });

  it('fails where a key signed after it was removed', () => {
    let removed = false;
    const removedFirst = (leaf: Leaf): Leaf => {
      if (leaf.type !== 'act.signed' || removed) {
        return leaf;
      }
      removed = true;
      const { v, atMs, operatorId, keyId: own } = leaf;
      return { v, atMs, type: 'person.key-removed', operatorId, keyId: own };
    };
    expect(whyWith(removedFirst)).toEqual(['acts, one for each leaf', 'key of op-0123456789ab']);
  });

  it('fails where the person had no account, a closed one, or one that may not sign', () => {
    const signer = 'op-0123456789ab';
    const account = (change: (leaf: AccountLeaf) => Leaf | undefined) =>
      whyWith((leaf) =>
        leaf.type === 'operator.changed' && leaf.operatorId === signer ? change(leaf) : leaf,
      );
    const twice = [`account of ${signer}`, `account of ${signer}`];
    expect(account(() => undefined)).toEqual(twice);
    expect(account((leaf) => ({ ...leaf, change: 'closed' }))).toEqual(twice);
    expect(account((leaf) => ({ ...leaf, roles: ['platform-admin'] }))).toEqual(twice);
  });

  it('fails where a key belongs to two people, or somebody removes what is not his', () => {
    const operatorId = 'op-ba9876543210' as const;
    const stolen = (leaf: Leaf): Leaf =>
      leaf.type === 'person.key-removed' ? ({ ...leaf, operatorId } as Leaf) : leaf;
    const unknown = (leaf: Leaf): Leaf =>
      leaf.type === 'person.key-removed' ? { ...leaf, keyId } : leaf;
    expect(whyWith(stolen)).toEqual(['owner']);
    expect(whyWith(unknown)).toEqual(['owner']);
  });

  it.each([
    ['act', { act: 'adapter-accepted' }],
    ['operatorId', { operatorId: 'op-ffffffffffff' }],
    ['keyId', { keyId }],
  ] as const)('fails where its leaf has another %s', (what, change) => {
    const altered = (leaf: Leaf): Leaf =>
      leaf.type === 'act.signed' ? ({ ...leaf, ...change } as Leaf) : leaf;
    expect(whyWith(altered)).toContain(what);
  });
});

describe('what a person signed', () => {
  it('fails with a meaning that is not the one of its kind', () => {
    const { files } = playSampleStudy({
      act: (act) => ({ ...act, meaning: 'I have seen the study.' }),
    });
    expect(failuresOf(files).map(({ what }) => what)).toEqual(
      acts.map(() => expect.stringContaining('meaning of the act') as string),
    );
  });

  it.each([
    ['study-approved', 'hash', `sha256:${'0'.repeat(64)}`],
    ['adapter-accepted', 'hash', `sha256:${'0'.repeat(64)}`],
    ['adapter-accepted', 'roundNo', 1],
    ['adapter-accepted', 'roundNo', 3],
    ['statement', 'root', toBase64(new Uint8Array(32))],
    ['statement', 'size', 1],
  ] as const)('fails as %s of another %s', (kind, member, value) => {
    const { files } = playSampleStudy({
      act: (act) => {
        const subject = { ...act.subject, [member]: value };
        return act.act === kind ? ({ ...act, subject } as typeof act) : act;
      },
    });
    expect(failuresOf(files).map(({ what }) => what)).toContainEqual(
      expect.stringContaining('subject of the act'),
    );
  });
});
