/** Inviting a hospital: its name, then the code that is shown once. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { NewInvite } from '@consilium/shared/answers';
import { newInviteSchema } from '@consilium/shared/answers';
import { isSiteId } from '@consilium/shared/vocabulary';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '../../components/icon.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { InviteShown } from './invite-shown.js';

export interface InviteButtonProps {
  /** A site that is invited once more; else the person names one. */
  readonly siteId?: string;
  /** It has had no invite that anybody here knows of. */
  readonly isFirst?: boolean;
}

export function InviteButton({ siteId, isFirst = false }: InviteButtonProps) {
  const { sites, shell } = useWords();
  const words = sites.invite;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [invite, setInvite] = useState<NewInvite>();
  const label = isFirst ? words.button : words.again;
  const forget = (): void => {
    setInvite(undefined);
    close();
  };
  return (
    <>
      {siteId === undefined ? (
        <Button leftSection={<Icon name="plus" size={16} />} onClick={open}>
          {words.button}
        </Button>
      ) : (
        <Button variant="default" size="xs" onClick={open} aria-label={`${label}: ${siteId}`}>
          {label}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={forget}
        size="lg"
        title={invite === undefined ? words.title : sites.invited.title(invite.siteId)}
        closeButtonProps={{ 'aria-label': shell.close }}
        closeOnClickOutside={invite === undefined}
        closeOnEscape={invite === undefined}
      >
        {invite === undefined ? (
          <InviteForm siteId={siteId} onMade={setInvite} onCancel={close} />
        ) : (
          <InviteShown invite={invite} onDone={forget} />
        )}
      </Modal>
    </>
  );
}

interface InviteFormProps {
  readonly siteId: string | undefined;
  readonly onMade: (invite: NewInvite) => void;
  readonly onCancel: () => void;
}

function InviteForm({ siteId, onMade, onCancel }: InviteFormProps) {
  const { sites, shell } = useWords();
  const words = sites.invite;
  const [name, setName] = useState(siteId ?? '');
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () => send('POST', '/v1/invites', { siteId: name.trim() }, newInviteSchema),
    // Never kept: the code is for this dialog alone.
    gcTime: 0,
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['sites', 'invites'] });
      if (made !== undefined) {
        onMade(made);
      }
    },
  });
  const isBad = name !== '' && !isSiteId(name.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack>
        <Text>{words.explain}</Text>
        <TextInput
          label={words.name}
          description={words.nameHint}
          value={name}
          readOnly={siteId !== undefined}
          error={isBad ? words.badName : undefined}
          required
          data-autofocus
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        {make.isError ? <Notice tone="bad">{make.error.message}</Notice> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {shell.cancel}
          </Button>
          <Button type="submit" disabled={name === '' || isBad} loading={make.isPending}>
            {words.make}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
