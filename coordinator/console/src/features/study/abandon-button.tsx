/** Giving the open attempt up, with a reason that stays in the log. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';

const LONGEST_REASON = 150;

export function AbandonButton({ studyId }: { readonly studyId: string }) {
  const { study, shell } = useWords();
  const words = study.abandon;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const abandon = useMutation({
    mutationFn: () =>
      send('POST', `/v1/studies/${studyId}/rounds/current/abandonment`, { reason: reason.trim() }),
    onSuccess: async () => {
      close();
      setReason('');
      await client.invalidateQueries({ queryKey: ['study', studyId] });
    },
  });
  return (
    <>
      <Group>
        <Button variant="default" size="xs" onClick={open}>
          {words.button}
        </Button>
      </Group>
      <Modal
        opened={isOpen}
        onClose={close}
        title={words.title}
        closeButtonProps={{ 'aria-label': shell.close }}
      >
        <Stack>
          <Text>{words.explain}</Text>
          <TextInput
            label={words.reason}
            description={words.needsReason}
            value={reason}
            maxLength={LONGEST_REASON}
            required
            data-autofocus
            onChange={({ currentTarget }) => {
              setReason(currentTarget.value);
            }}
          />
          {abandon.isError ? <Notice tone="bad">{abandon.error.message}</Notice> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shell.cancel}
            </Button>
            <Button
              color="red"
              disabled={reason.trim() === ''}
              loading={abandon.isPending}
              onClick={() => {
                abandon.mutate();
              }}
            >
              {words.confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
