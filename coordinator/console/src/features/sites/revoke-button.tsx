/** Putting a site out for good, with a reason that stays in the log. */
import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';

const REASONS = ['left', 'key-lost', 'key-compromised', 'misconduct'] as const;

export function RevokeButton({ siteId }: { readonly siteId: string }) {
  const { sites, shell } = useWords();
  const words = sites.revoke;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState<string>(REASONS[0]);
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => send('POST', `/v1/sites/${siteId}/revocation`, { reason }),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: ['sites'] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {words.button}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={words.title(siteId)}
        closeButtonProps={{ 'aria-label': shell.close }}
      >
        <Stack>
          <Text>{words.explain}</Text>
          <NativeSelect
            label={words.reason}
            value={reason}
            data={REASONS.map((value) => ({ value, label: words.reasons[value] }))}
            onChange={({ currentTarget }) => {
              setReason(currentTarget.value);
            }}
          />
          {revoke.isError ? <Notice tone="bad">{revoke.error.message}</Notice> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shell.cancel}
            </Button>
            <Button
              color="red"
              loading={revoke.isPending}
              onClick={() => {
                revoke.mutate();
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
