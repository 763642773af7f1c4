/** Whose signature stands behind an entry, beside the log's own. */
import type { Leaf } from '@consilium/shared/protocol';

export type Signer =
  | { readonly kind: 'site'; readonly siteId: string }
  | { readonly kind: 'sites' }
  | { readonly kind: 'person'; readonly operatorId: string }
  | { readonly kind: 'coordinator' }
  /** The leaf names no document. */
  | { readonly kind: 'alone' };

/** docs/protocol/v1.md section 5 says which document each kind names by its hash. */
const SIGNERS: Readonly<Record<Leaf['type'], Signer['kind']>> = {
  'log.opened': 'alone',
  'software.version': 'alone',
  'backup.restored': 'alone',
  'site.enrolled': 'site',
  'site.key-rotated': 'site',
  'site.revoked': 'alone',
  'operator.changed': 'alone',
  'person.key-added': 'alone',
  'person.key-removed': 'alone',
  'act.signed': 'person',
  'access.refused': 'alone',
  'study.created': 'coordinator',
  'study.approved': 'site',
  'study.declined': 'site',
  'roster.add': 'coordinator',
  'roster.rotate': 'coordinator',
  'roster.revoke': 'coordinator',
  'study.withdrawn': 'site',
  'study.started': 'coordinator',
  'study.paused': 'alone',
  'study.resumed': 'alone',
  'round.manifest': 'coordinator',
  'round.adverts': 'sites',
  'round.declined': 'site',
  'round.survivors': 'sites',
  'round.candidate': 'coordinator',
  'round.votes': 'sites',
  'round.result': 'coordinator',
  'round.aborted': 'alone',
  'key.destroyed': 'alone',
  'study.completed': 'alone',
  'study.failed': 'alone',
  'evaluation.reported': 'site',
  'access.export': 'alone',
  'security.refused': 'alone',
};

export function signerOf(leaf: Leaf): Signer {
  const kind = SIGNERS[leaf.type];
  if (kind === 'site' && 'siteId' in leaf) {
    return { kind, siteId: leaf.siteId };
  }
  if (kind === 'person' && leaf.type === 'act.signed') {
    return { kind, operatorId: leaf.operatorId };
  }
  return { kind: kind === 'sites' || kind === 'coordinator' ? kind : 'alone' };
}
