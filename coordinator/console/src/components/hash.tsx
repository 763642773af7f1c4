/** A content hash: its beginning to look at, the whole of it to copy and for readers. */
import { ActionIcon, CopyButton, Group } from '@mantine/core';
import { useWords } from '../i18n/language.js';
import { Icon } from './icon.js';

const SHOWN_DIGITS = 12;

export function Hash({ value }: { readonly value: string }) {
  const { hash } = useWords().shell;
  const digits = value.replace(/^sha256:/, '');
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex">
      <code title={value} aria-label={hash.whole(value)} role="img">
        {digits.slice(0, SHOWN_DIGITS)}…
      </code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            size="sm"
            onClick={copy}
            aria-label={`${copied ? hash.copied : hash.copy}: ${hash.whole(value)}`}
          >
            {copied ? '✓' : <Icon name="copy" size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
