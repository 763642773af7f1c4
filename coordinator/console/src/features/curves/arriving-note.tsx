/** Says that later rounds than those which are drawn are on their way. Stands below what is drawn, so that it moves nothing. */
import { Text } from '@mantine/core';
import { useWords } from '../../i18n/language.js';
import type { ArrivedSeries } from './use-series.js';

export function ArrivingNote({ of: { rounds, rest } }: { readonly of: ArrivedSeries }) {
  const { curves: words } = useWords();
  return rest === 'none' ? null : (
    <Text size="sm" c="dimmed" role="status" data-rest={rest}>
      {words.rest[rest](rounds)}
    </Text>
  );
}
