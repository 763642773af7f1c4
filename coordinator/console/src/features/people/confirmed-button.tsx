/** A button for what cannot be undone: it says what will happen, and does it when that is confirmed. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { useChange } from './use-change.js';

export interface ConfirmedButtonProps {
  readonly label: string;
  /** What is named by it, for readers: several buttons say the same. */
  readonly of?: string;
  readonly explain: string;
  readonly act: () => Promise<unknown>;
}

export function ConfirmedButton({ label, of, explain, act }: ConfirmedButtonProps) {
  const { shell } = useWords();
  const [isOpen, { open, close }] = useDisclosure(false);
  const change = useChange(act, close);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        onClick={open}
        aria-label={of === undefined ? label : `${label}: ${of}`}
      >
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={of === undefined ? label : `${label}: ${of}`}
        closeButtonProps={{ 'aria-label': shell.close }}
      >
        <Stack>
          <Text>{explain}</Text>
          {change.isError ? <Notice tone="bad">{change.error.message}</Notice> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shell.cancel}
            </Button>
            <Button
              color="red"
              loading={change.isPending}
              onClick={() => {
                change.mutate();
              }}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
