/** The check `headers`: what each site says it sent, bound to the manifest and to the whole set of adverts. */
import type { Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, headersHash, updateChunks, type UpdateHeader } from '../protocol/index.js';
import { aggregationKind, vectorWords, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import type { AttemptHistory } from './history.js';
import { attemptFields, rosterKeysOf, sitesText, verifySiteDocuments } from './site-documents.js';

const BYTES_PER_WORD = 4;

export function verifyHeaders(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  for (const attempt of evidence.history.attempts) {
    const read = evidence.documents.attempts.get(attempt.attemptId);
    if (read?.headers !== undefined) {
      const place = { path: BUNDLE_PATHS.headers(attempt.attemptId) };
      const documents = read.headers;
      const keys = keysOf(read);
      const peers = attempt.adverts?.leaf.peersHash ?? 'a set of adverts in the log';
      const expected = {
        ...attemptFields(evidence, attempt, read),
        ...layoutFields(check, evidence, aggregationKind(read)),
        peersHash: peers,
      };
      verifySiteDocuments(check, { place, domain: 'update-header', documents, keys }, expected);
      verifyPayloads(check, attempt, aggregationKind(read), documents);
      verifySenders(check, attempt, documents);
      verifySurvivors(check, attempt, documents);
    }
  }
}

/** What the tensor schema says of every update. */
function layoutFields(
  check: Check,
  { documents }: Evidence,
  kind: 'plain' | 'secure',
): Record<string, string | number> {
  const protocol = documents.studyProtocol?.body;
  const place = { path: BUNDLE_PATHS.studyProtocol };
  const layout =
    protocol &&
    check.attempt(place, 'length of an update', () => ({
      schemaHash: protocol.schemaHash,
      plaintextBytes: vectorWords(protocol, kind) * BYTES_PER_WORD,
    }));
  return layout ?? {};
}

/** A masked update in a secure attempt and an encrypted one in a plain one, in as many chunks as its bytes take. */
function verifyPayloads(
  check: Check,
  { attemptId }: AttemptHistory,
  kind: 'plain' | 'secure',
  documents: readonly Signed<UpdateHeader>[],
): void {
  const place = { path: BUNDLE_PATHS.headers(attemptId) };
  const payload = kind === 'secure' ? 'masked' : 'encrypted';
  for (const { body } of documents) {
    check.same(place, `payload of ${body.siteId}`, payload, body.payload.kind);
    const chunks = check.attempt(place, `size of ${body.siteId}`, () => updateChunks(body).total);
    check.same(place, `chunkCount of ${body.siteId}`, chunks ?? 'of its size', body.chunkCount);
    if (kind === 'secure' && body.evaluation !== undefined) {
      const what = `figures of ${body.siteId}`;
      check.fail(place, { what, expected: 'in the sum alone', found: 'in its header' });
    }
  }
}

function verifySenders(
  check: Check,
  { attemptId, adverts }: AttemptHistory,
  documents: readonly Signed<UpdateHeader>[],
): void {
  const advertised = new Set(adverts?.leaf.sites);
  for (const { body } of documents) {
    if (!advertised.has(body.siteId)) {
      const place = { path: BUNDLE_PATHS.headers(attemptId) };
      check.fail(place, { what: 'site', expected: 'one that advertised', found: body.siteId });
    }
  }
}

function verifySurvivors(
  check: Check,
  { attemptId, survivors }: AttemptHistory,
  documents: readonly Signed<UpdateHeader>[],
): void {
  if (survivors === undefined) {
    return;
  }
  const place = { path: BUNDLE_PATHS.headers(attemptId) };
  const { leaf, index } = survivors;
  const sites = new Set(leaf.sites);
  const own = documents.filter(({ body }) => sites.has(body.siteId));
  const found = sitesText(own.map(({ body }) => body.siteId));
  check.same(place, `survivors in leaf ${index}`, sitesText(leaf.sites), found);
  check.same(place, `headersHash in leaf ${index}`, leaf.headersHash, headersHash(attemptId, own));
}
