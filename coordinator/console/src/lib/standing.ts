/** How a study stands, in one word: its phase, or that people paused it. */
import type { StudyView } from '@consilium/shared/answers';

export type Standing = StudyView['phase'] | 'paused';

export function standingOf({ phase, pause }: Pick<StudyView, 'phase' | 'pause'>): Standing {
  return pause === undefined ? phase : 'paused';
}
