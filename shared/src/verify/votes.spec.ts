import { BUNDLE_PATHS, type Leaf } from '../protocol/index.js';
import { parseContentHash } from '../vocabulary/index.js';
import { assembleBundle } from './assemble-bundle.js';
import { bundleFromFiles } from './bundle-source.js';
import { failedChecks, failuresOf, first } from './testing/forged-bundle.js';
import type { Forgery } from './testing/sample-context.js';
import { sampleSite } from './testing/sample-opening.js';
import { playVotedSecureStudy } from './testing/sample-secure-study.js';
import { playSampleStudy, type SampleStudy } from './testing/sample-study.js';
import { signVote } from './testing/sample-votes.js';
import { verifyBundle } from './verify-bundle.js';

const voted = (votes?: Forgery['votes']) =>
  playSampleStudy({ isVoted: true, ...(votes === undefined ? {} : { votes }) }).files;
const whatFails = (votes: Forgery['votes']) =>
  failuresOf(voted(votes)).map(({ check, what }) => `${check}: ${what}`);

describe('a study whose sites vote', () => {
  it('verifies when every result was accepted', () => {
    expect(failedChecks(voted())).toEqual([]);
  });

  it('verifies too with one site that refused', () => {
    const files = voted((votes, [first], candidate) =>
      first === undefined ? votes : [signVote(first, candidate, 'refuse'), ...votes.slice(1)],
    );
    expect(failedChecks(files).filter((name) => name !== 'votes')).toEqual([]);
  });

  it('names a result that was committed against its sites', () => {
    const failures = whatFails((_votes, voters, candidate) =>
      voters.map((site) => signVote(site, candidate, 'refuse')),
    );
    expect(failures).toContainEqual(
      expect.stringMatching(/^votes: sites that accepted what took effect in attempt/),
    );
  });

  it('names a vote under another key', () => {
    const failures = whatFails((votes) =>
      votes.map((vote, i) => (i === 0 ? { ...vote, signature: votes[1]?.signature ?? '' } : vote)),
    );
    expect(failures).toContainEqual(expect.stringMatching(/^votes: signature of/));
  });

  it('names a site that is counted twice', () => {
    const failures = whatFails((votes) =>
      votes.map(() => votes[0] ?? votes[1]).flatMap((v) => v ?? []),
    );
    expect(failures).toContain('votes: documents, one a site');
    expect(failures).toContain('votes: accepted');
  });

  it('names a vote about another candidate', () => {
    const failures = whatFails((votes, voters, candidate) => {
      const other = { ...candidate, softwareVersion: 'another' };
      return [...votes.slice(1), ...voters.slice(0, 1).map((site) => signVote(site, other))];
    });
    expect(failures).toContain('votes: recordHash');
  });

  it('names a site that refused for a norm which the mean keeps', () => {
    const failures = whatFails((votes, voters, candidate) => [
      ...voters.slice(0, 1).map((site) => signVote(site, candidate, 'refuse', 'norm')),
      ...votes.slice(1),
    ]);
    expect(failures).toContainEqual(expect.stringMatching(/^adapters: norm that .* refused$/));
  });

  it('names a result that nobody was asked about', () => {
    const files = playSampleStudy({
      isVoted: true,
      leaf: (leaf) =>
        leaf.type === 'round.votes' || leaf.type === 'round.candidate' ? undefined : leaf,
    }).files;
    const failures = failuresOf(files).map(({ check, what }) => `${check}: ${what}`);
    expect(failures).toContain('votes: votes before the result');
  });
});

const namesOf = (files: SampleStudy['files']): string[] =>
  failuresOf(files).map(({ check, what }) => `${check}: ${what}`);

/** The log without what the sites said: the rejected candidate is committed, and the attempt goes on as if nobody had refused. */
const committedInstead = (leaf: Leaf): Leaf =>
  leaf.type === 'round.aborted' && leaf.reason.startsWith('rejected')
    ? {
        ...{ v: leaf.v, atMs: leaf.atMs, type: 'round.result', studyId: leaf.studyId },
        ...{ roundNo: leaf.roundNo, attemptId: leaf.attemptId },
        ...{ recordHash: ANY_HASH, ringSumHash: ANY_HASH, adapterCheckpointHash: ANY_HASH },
      }
    : leaf;
const ANY_HASH = parseContentHash(`sha256:${'a1'.repeat(32)}`);

interface Voted {
  readonly name: string;
  readonly play: (forgery?: Forgery) => SampleStudy | Promise<SampleStudy>;
}
const STUDIES: readonly Voted[] = [
  {
    name: 'plain',
    play: (forgery) => playSampleStudy({ isVoted: true, isRejectedAtFirst: true, ...forgery }),
  },
  { name: 'secure', play: playVotedSecureStudy },
];

describe.each(STUDIES)('a candidate that the sites of a $name study rejected', ({ play }) => {
  let study: SampleStudy;

  beforeAll(async () => {
    study = await play();
  });

  const rejected = () => first(study.documents.attempts);

  it('is in the bundle with its record, sum and votes, and verifies like what was committed', () => {
    const report = verifyBundle(bundleFromFiles(study.files));
    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report).toMatchObject({ verified: true, rounds: 2, attempts: 3 });
    const { attemptId } = rejected();
    const ofAttempt = study.files
      .map(({ path }) => path)
      .filter((path) => path.includes(attemptId));
    expect(ofAttempt).toEqual(
      expect.arrayContaining([
        BUNDLE_PATHS.record(attemptId),
        BUNDLE_PATHS.ringSum(attemptId),
        BUNDLE_PATHS.votes(attemptId),
      ]),
    );
  });

  it('is named when its sum is another one than was rejected', () => {
    const path = BUNDLE_PATHS.ringSum(rejected().attemptId);
    const blobs = study.blobs.map((blob) =>
      blob.path === path
        ? { path, bytes: blob.bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }
        : blob,
    );
    expect(failedChecks(assembleBundle(study.documents, blobs, study.signing))).toContain(
      'adapters',
    );
  });

  it('is named when its record says another adapter than its sum gives', async () => {
    const { files } = await play({
      record: (record) =>
        record.roundNo === 1 ? { ...record, adapterCheckpointHash: ANY_HASH } : record,
    });
    expect(failedChecks(files)).toContain('adapters');
  });

  it('is named when the log says that it took effect', async () => {
    const { files } = await play({ leaf: committedInstead });
    expect(namesOf(files)).toContainEqual(
      expect.stringMatching(/^votes: sites that accepted what took effect in attempt/),
    );
  });

  it('is named when more than half of the sites had accepted it', async () => {
    const { files } = await play({
      votes: (_votes, voters, candidate) => voters.map((site) => signVote(site, candidate)),
    });
    expect(namesOf(files)).toContainEqual(
      expect.stringMatching(/^votes: sites that accepted what was dropped in attempt/),
    );
  });

  it('is named without the votes that rejected it', () => {
    const path = BUNDLE_PATHS.votes(rejected().attemptId);
    const files = study.files.filter((file) => file.path !== path);
    expect(failuresOf(files)).toContainEqual(
      expect.objectContaining({ what: 'file that the log calls for', path }),
    );
  });
});

describe('a site that dropped out of a secure sum', () => {
  it('is named when the coordinator counts its vote', async () => {
    const dropped = sampleSite('southbank', 4);
    const { files } = await playVotedSecureStudy({
      votes: (votes, _voters, candidate) =>
        candidate.roundNo === 1 ? [...votes, signVote(dropped, candidate)] : votes,
    });
    expect(namesOf(files)).toContain('votes: vote');
  });
});
