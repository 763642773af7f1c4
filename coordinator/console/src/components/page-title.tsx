/** The one heading of a page, and the title of the window. */
import { Group, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useWords } from '../i18n/language.js';

export interface PageTitleProps {
  readonly title: string;
  readonly children?: ReactNode;
}

export function PageTitle({ title, children }: PageTitleProps) {
  const { product } = useWords().shell;
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <Group justify="space-between" align="center" mb="md" gap="sm">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Group>
  );
}
