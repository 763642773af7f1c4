/** How a site stands to a study, in a word or two. */
import type { StudyState } from './agent-state.js';

export function wordFor({ withdrawn, halted, end, closed, join, joinAnswer }: StudyState): string {
  if (withdrawn !== undefined) {
    return 'withdrawn';
  }
  if (halted !== undefined) {
    return `halted (${halted})`;
  }
  if (end !== undefined) {
    return closed ? end.kind : `${end.kind}, measuring`;
  }
  if (join === undefined) {
    return 'offered';
  }
  return join.body.decision.kind === 'decline' ? 'declined' : (joinAnswer ?? 'joining');
}
