/** Says that a list holds still because somebody points at it. Stands beside a heading, so that it moves nothing. */
import { Text } from '@mantine/core';
import { useWords } from '../i18n/language.js';

export function HeldNote({ isBehind }: { readonly isBehind: boolean }) {
  const { live } = useWords().shell;
  return isBehind ? (
    <Text size="sm" c="dimmed" data-held>
      {live.held}
    </Text>
  ) : null;
}
