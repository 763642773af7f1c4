/** The newest leaves of some kinds in one list, once all of them are there. */
import { useQueries } from '@tanstack/react-query';
import { leavesQuery, newestOf, type NewestLeaves } from './api/site-queries.js';

/** @returns undefined until then, or while one is refused */
export function useLeaves(kinds: readonly string[], siteId?: string): NewestLeaves | undefined {
  const lists = useQueries({ queries: kinds.map((kind) => leavesQuery(kind, siteId)) });
  const answers = lists.flatMap(({ data }) => data ?? []);
  return answers.length < kinds.length ? undefined : newestOf(answers);
}
