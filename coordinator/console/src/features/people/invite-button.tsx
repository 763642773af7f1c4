/** A new account: name and roles first, then the secret with which its person activates it. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { activationSchema, type ActivationView } from '@consilium/shared/answers';
import { useState } from 'react';
import { Icon } from '../../components/icon.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { bodyOf, faultOf, NO_GRANT } from './grant.js';
import { GrantFields } from './grant-fields.js';
import { ActivationSteps, SecretOnce } from './secret-once.js';
import { useChange } from './use-change.js';

export function InviteButton() {
  const { people: words } = useWords();
  const [isOpen, { open, close }] = useDisclosure(false);
  const [made, setMade] = useState<Made>();
  return (
    <>
      <Button leftSection={<Icon name="plus" />} onClick={open}>
        {words.invite.button}
      </Button>
      {isOpen ? (
        <InviteForm
          onClose={close}
          onMade={(account) => {
            close();
            setMade(account);
          }}
        />
      ) : null}
      {made === undefined ? null : (
        <SecretOnce
          title={words.invite.made(made.name)}
          secret={made.activation}
          endsAtMs={made.expiresAtMs}
          onClose={() => {
            setMade(undefined);
          }}
        >
          <ActivationSteps name={made.name} />
        </SecretOnce>
      )}
    </>
  );
}

interface Made extends ActivationView {
  readonly name: string;
}

interface InviteFormProps {
  readonly onClose: () => void;
  readonly onMade: (made: Made) => void;
}

function InviteForm({ onClose, onMade }: InviteFormProps) {
  const { people: words, shell } = useWords();
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(NO_GRANT);
  const typed = name.trim();
  const invite = useChange(
    () => send('POST', '/v1/operators', { name: typed, ...bodyOf(draft) }, activationSchema),
    (activation) => {
      if (activation !== undefined) {
        onMade({ ...activation, name: typed });
      }
    },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.invite.title}
      size="lg"
      closeButtonProps={{ 'aria-label': shell.close }}
    >
      <Stack>
        <TextInput
          label={words.name}
          description={words.invite.nameHint}
          value={name}
          maxLength={64}
          autoComplete="off"
          required
          data-autofocus
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        <GrantFields draft={draft} onChange={setDraft} />
        {invite.isError ? <Notice tone="bad">{invite.error.message}</Notice> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
          <Button
            disabled={typed === '' || faultOf(draft) !== undefined}
            loading={invite.isPending}
            onClick={() => {
              invite.mutate();
            }}
          >
            {words.invite.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
