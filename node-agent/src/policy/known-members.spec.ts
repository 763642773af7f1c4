import { toBase64 } from '@consilium/shared/encoding';
import type { SiteId } from '@consilium/shared/vocabulary';
import { withKnownMember } from './known-members.js';
import { parsePolicyText } from './policy-file.js';
import type { Member } from './round-refusals.js';

const keyOf = (byte: number): string => toBase64(new Uint8Array(32).fill(byte));
const member = (site: string, byte: number): Member => ({ site: site as SiteId, key: keyOf(byte) });
const knownIn = (text: string) => parsePolicyText(text).policy.members.known;

describe('a member that this hospital knows from now on', () => {
  it('is written into a policy that was not there', () => {
    const text = withKnownMember('', member('eastpark', 1));
    expect(knownIn(text)).toEqual([member('eastpark', 1)]);
  });

  it('joins those that stand there, and comments and rules stay', () => {
    const before = [
      '# agreed with the ethics committee',
      'participation: { minSites: 4 }',
      'members:',
      '  atLeastKnown: 2',
      `  known: [{ site: eastpark, key: ${keyOf(1)} }] # by telephone`,
      '',
    ].join('\n');
    const text = withKnownMember(before, member('westhill', 2));
    expect(knownIn(text)).toEqual([member('eastpark', 1), member('westhill', 2)]);
    expect(text).toContain('# agreed with the ethics committee');
    expect(text).toContain('# by telephone');
    expect(parsePolicyText(text).policy.participation.minSites).toBe(4);
  });

  it('is known by its new key alone after it has exchanged it', () => {
    const before = withKnownMember(withKnownMember('', member('eastpark', 1)), member('west', 2));
    const text = withKnownMember(before, member('eastpark', 3));
    expect(knownIn(text)).toEqual([member('west', 2), member('eastpark', 3)]);
  });

  it('changes nothing that says so already, to the letter', () => {
    const text = `members: {known: [ {site: eastpark,   key: "${keyOf(1)}"} ]}\n`;
    expect(withKnownMember(text, member('eastpark', 1))).toBe(text);
  });

  it('is not written beside a fault', () => {
    expect(() => withKnownMember('colour: blue\n', member('eastpark', 1))).toThrow('colour');
  });
});
