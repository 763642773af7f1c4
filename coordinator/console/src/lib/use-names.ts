/** The names of people, for whoever may see them; else their ids. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { namesQuery } from './api/names-query.js';
import { meQuery } from './api/queries.js';

export function useNames(): (operatorId: string) => string {
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.rights.includes('operators.read') === true;
  const { data: names } = useQuery({ ...namesQuery, enabled: mayRead });
  return useCallback((operatorId) => names?.[operatorId] ?? operatorId, [names]);
}

/** Whether the person has a right. */
export function useRight(right: string): boolean {
  const { data: me } = useQuery(meQuery);
  return me?.rights.includes(right) === true;
}
