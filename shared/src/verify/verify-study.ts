/** The check `study`: the protocol that the sites approved, and that it fixes the layout of every vector. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, studyProtocolHash, type StudyProtocol } from '../protocol/index.js';
import { schemaHash } from '../tensors/index.js';
import { tensorSchemaOf, type Evidence } from './evidence.js';
import type { Check } from './findings.js';

const PLACE = { path: BUNDLE_PATHS.studyProtocol };

export function verifyStudy(
  check: Check,
  { studyId, keys, history }: Evidence,
  protocol: Signed<StudyProtocol>,
): void {
  check.covers();
  const { body } = protocol;
  const derived = check.attempt(PLACE, 'tensor schema', () => schemaHash(tensorSchemaOf(body)));
  check.signature(PLACE, 'signature', () => verifyBody('study', protocol, keys.coordinator));
  check.same(PLACE, 'studyId', studyId, body.studyId);
  check.same(PLACE, 'schemaHash', derived ?? 'of an adapter', body.schemaHash);
  if (history.created !== undefined) {
    const { leaf, index } = history.created;
    check.same(PLACE, `hash in leaf ${index}`, leaf.studyProtocolHash, studyProtocolHash(body));
    check.same({ leafIndex: index }, 'schemaHash', body.schemaHash, leaf.schemaHash);
  }
}
