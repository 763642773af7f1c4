/** Stands where an answer will be. */
import { Skeleton } from '@mantine/core';
import { useWords } from '../i18n/language.js';

export function WaitingLines() {
  const { shell } = useWords();
  return <Skeleton height={96} role="status" aria-busy="true" aria-label={shell.loading} />;
}
