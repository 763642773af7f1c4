/** An answer of the coordinator on a page: on its way, refused, or there. An older answer stays while a newer one is asked for. */
import { Button, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/language.js';
import { isApiProblem } from '../lib/api/problem.js';
import { EmptyState } from './empty-state.js';

export interface AnswerProps<T> {
  readonly of: UseQueryResult<T>;
  readonly children: (value: T) => ReactNode;
}

export function Answer<T>({ of, children }: AnswerProps<T>) {
  const { shell } = useWords();
  if (of.data !== undefined) {
    return children(of.data);
  }
  if (of.isError) {
    const isAway = isApiProblem(of.error, 'unreachable');
    return (
      <EmptyState
        title={shell.error.title}
        how={isAway ? shell.error.unreachable : of.error.message}
        tone="bad"
      >
        <Button variant="default" onClick={() => void of.refetch()}>
          {shell.error.again}
        </Button>
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm" aria-busy="true" aria-label={shell.loading} role="status">
      <Skeleton height={28} width="40%" />
      <Skeleton height={96} />
      <Skeleton height={96} />
    </Stack>
  );
}
