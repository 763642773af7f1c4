/** A change of accounts or of what proves a person: afterwards everything about people is asked for again. */
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { PEOPLE } from './people-queries.js';

export function useChange<T, V = void>(
  change: (value: V) => Promise<T>,
  done: (result: T) => void = () => undefined,
): UseMutationResult<T, Error, V> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      done(result);
      await client.invalidateQueries({ queryKey: PEOPLE });
    },
  });
}
