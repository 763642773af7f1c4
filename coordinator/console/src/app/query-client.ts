/** Answers of the coordinator, kept while pages want them. The live stream says when they are out of date, no timer does. */
import { QueryClient } from '@tanstack/react-query';
import { isApiProblem } from '../lib/api/problem.js';

const TRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays one; a coordinator that does not answer may be back in a moment.
      retry: (count, error) => isApiProblem(error, 'unreachable') && count < TRIES,
      retryDelay: 1000,
    },
  },
});
