import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningDomain } from '../crypto/index.js';
import { LINEAR_TARGETS } from './adapter-config.js';
import { BUNDLE_PATHS } from './bundle.js';
import { SOCKET } from './handshake.js';
import { LEAVES } from './testing/sample-leaves.js';
import { OWED, REPLIES, REQUESTS } from './testing/sample-messages.js';

const TEXT = readFileSync(join(__dirname, '../../../docs/protocol/v1.md'), 'utf8');
const [, logSection = ''] = TEXT.split('## 5. Log');
const [logTable = '', afterLog = ''] = logSection.split('## 6. Messages');
const [messageSection = ''] = afterLog.split('## 7.');
const [, bundleSection = ''] = TEXT.split('## 7. Evidence bundle');

/** A record, so that a new domain does not compile before it stands here. */
const DOMAINS: Readonly<Record<SigningDomain, true>> = {
  study: true,
  roster: true,
  manifest: true,
  join: true,
  advert: true,
  'update-header': true,
  shares: true,
  endorsement: true,
  unmasking: true,
  vote: true,
  decline: true,
  evaluation: true,
  enrolment: true,
  'key-rotation': true,
  withdrawal: true,
  act: true,
  'person-key': true,
  session: true,
  'handshake-site': true,
  'handshake-coordinator': true,
  bundle: true,
};

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

function missingFrom(text: string, words: readonly string[]): string[] {
  return words.filter((word) => !text.includes(word));
}

describe('docs/protocol/v1.md', () => {
  it('names exactly the leaves that exist', () => {
    const rows = logTable.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => quoted(row.split('|')[1] ?? ''));
    expect(named.sort()).toEqual(Object.keys(LEAVES).sort());
  });

  it('names exactly the signing domains that exist', () => {
    const line = TEXT.split('\n').find((text) => text.startsWith('Domains: ')) ?? '';
    expect(quoted(line).sort()).toEqual(Object.keys(DOMAINS).sort());
  });

  it('names exactly the requests that a site may make', () => {
    const rows = messageSection.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => quoted(row.split('|')[1] ?? ''));
    expect(named.map((words) => words.split(' ')[0]).sort()).toEqual(Object.keys(REQUESTS).sort());
  });

  it('names every answer of the coordinator', () => {
    expect(
      missingFrom(
        messageSection,
        Object.keys(REPLIES).map((kind) => `\`${kind}`),
      ),
    ).toEqual([]);
  });

  it('names exactly the messages that the coordinator owes', () => {
    const [, list = ''] = messageSection.split('Messages: ');
    const [sentence = ''] = list.split('\n');
    expect(quoted(sentence).sort()).toEqual(Object.keys(OWED).sort());
  });

  it('names every file of an evidence bundle', () => {
    const { adapter, manifest, adverts, headers, declines, record, ringSum, ...others } =
      BUNDLE_PATHS;
    const { shares, endorsements, revealed, votes, masked, ...fixed } = others;
    const ofEach = [manifest, adverts, headers, declines, record, ringSum];
    const ofAttempt = [...ofEach, shares, endorsements, revealed, votes].map(
      (path) => path('<id>').split('/').at(-1) ?? '',
    );
    ofAttempt.push(masked('<id>', '<siteId>').replace('attempts/<id>/', ''));
    const paths = [...Object.values(fixed), adapter(0).replace('0', '<round>'), ...ofAttempt];
    expect(missingFrom(bundleSection, paths)).toEqual([]);
    expect(manifest('<id>')).toBe('attempts/<id>/manifest.json');
    expect(bundleSection).toContain(manifest('<id>'));
  });

  it('names the LoRA targets in the order of their tensors, and the path of the socket', () => {
    expect(TEXT).toContain(`in the order ${LINEAR_TARGETS.join(', ')}`);
    expect(TEXT).toContain(`path \`${SOCKET.path}\``);
  });
});
