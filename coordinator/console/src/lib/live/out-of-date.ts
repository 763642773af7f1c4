/** Which answers a message of the live stream makes out of date, as prefixes of query keys. */
import type { LiveMessage } from './live-connection.js';

type Key = readonly string[];

/** @returns 'all' after a gap in which anything may have changed. */
export function outOfDate(message: LiveMessage): readonly Key[] | 'all' {
  switch (message.kind) {
    case 'begun':
      return 'all';
    case 'changed':
      return message.change.what === 'sites'
        ? [['sites']]
        : [['study', message.change.id, 'rounds']];
    case 'leaf': {
      const { kind, studyId } = message.leaf;
      const ofStudy: readonly Key[] =
        studyId === undefined ? [] : [['studies'], ['study', studyId]];
      const ofSubject = BY_SUBJECT[kind.split('.')[0] ?? ''] ?? [];
      return [['log'], ...ofStudy, ...ofSubject, ['leaves', kind]];
    }
  }
}

/** By the first word of a leaf's kind. */
const BY_SUBJECT: Readonly<Record<string, readonly Key[]>> = {
  site: [['sites']],
  roster: [['sites']],
  operator: [['people'], ['me']],
  person: [['people']],
  act: [['people']],
};
