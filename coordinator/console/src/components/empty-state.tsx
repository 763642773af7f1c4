/** Nothing to show yet, and what must happen first. */
import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icon.js';
import type { Tone } from './tone.js';

export interface EmptyStateProps {
  readonly title: string;
  /** What must happen before there is something. */
  readonly how: string;
  readonly tone?: Extract<Tone, 'calm' | 'bad'>;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

export function EmptyState({ title, how, tone = 'calm', children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Icon name={tone === 'bad' ? 'warning' : 'brand'} size={36} />
      <Title order={2} size="h3">
        {title}
      </Title>
      <Text c="dimmed" maw={520}>
        {how}
      </Text>
      {children}
    </Stack>
  );
}
