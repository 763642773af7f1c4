/** A secret that is shown once: what it is for, the secret to copy, until when it works. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyText } from '../../components/copy-text.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';

export interface SecretOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly endsAtMs: number;
  /** What whoever gets it has to do. */
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function SecretOnce({ title, secret, endsAtMs, children, onClose }: SecretOnceProps) {
  const { people, shell } = useWords();
  const formats = useFormats();
  const words = people.secret;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': shell.close }}
    >
      <Stack>
        <Notice tone="wait">{words.once}</Notice>
        <CopyText text={secret} copy={words.copy} copied={words.copied} />
        {children}
        <Text size="sm" c="dimmed">
          {words.ends(formats.dateTime(endsAtMs))}
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.kept}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** How somebody makes an account of a secret. */
export function ActivationSteps({ name }: { readonly name: string }) {
  const { secret: words } = useWords().people;
  return (
    <ol>
      <li>{words.handOver(name)}</li>
      <li>
        {words.open} <code>{`${location.origin}/login`}</code>
      </li>
      <li>{words.activate}</li>
    </ol>
  );
}
