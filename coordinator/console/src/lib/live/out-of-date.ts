/** Which answers a message of the live stream makes out of date, as prefixes of query keys. */
import type { LiveChange } from '@consilium/shared/answers';
import type { LiveMessage } from './live-connection.js';

type Key = readonly string[];

/** @returns 'all' after a gap in which anything may have changed. */
export function outOfDate(message: LiveMessage): readonly Key[] | 'all' {
  switch (message.kind) {
    case 'begun':
      return 'all';
    case 'changed':
      return changedBy(message.change);
    case 'leaf': {
      const { kind, studyId } = message.leaf;
      const ofStudy: readonly Key[] =
        studyId === undefined ? [] : [['studies'], ['study', studyId]];
      const ofSubject = BY_SUBJECT[kind.split('.')[0] ?? ''] ?? [];
      return [['log'], ...ofStudy, ...ofSubject, ['leaves', kind]];
    }
  }
}

function changedBy(change: LiveChange): readonly Key[] {
  switch (change.what) {
    case 'sites':
      return [['sites']];
    case 'credentials':
      return [['people']];
    case 'study':
      return [['study', change.id, 'rounds']];
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
