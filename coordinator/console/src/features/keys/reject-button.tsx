/** Turning a key away that waits, with the reason. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';

const LONGEST_REASON = 200;

export function RejectButton({ siteId }: { readonly siteId: string }) {
  const { keys, shell } = useWords();
  const words = keys.rejection;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const reject = useMutation({
    mutationFn: () => send('POST', `/v1/sites/${siteId}/rejection`, { reason: reason.trim() }),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: ['sites'] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {keys.pending.reject}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={words.title(siteId)}
        closeButtonProps={{ 'aria-label': shell.close }}
      >
        <Stack>
          <Text>{words.explain}</Text>
          <TextInput
            label={words.reason}
            description={words.hint}
            value={reason}
            maxLength={LONGEST_REASON}
            required
            data-autofocus
            onChange={({ currentTarget }) => {
              setReason(currentTarget.value);
            }}
          />
          {reject.isError ? <Notice tone="bad">{reject.error.message}</Notice> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shell.cancel}
            </Button>
            <Button
              color="red"
              disabled={reason.trim() === ''}
              loading={reject.isPending}
              onClick={() => {
                reject.mutate();
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
