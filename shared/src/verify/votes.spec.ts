import type { Forgery } from './testing/sample-context.js';
import { failedChecks, failuresOf } from './testing/forged-bundle.js';
import { playSampleStudy } from './testing/sample-study.js';
import { signVote } from './testing/sample-votes.js';

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
