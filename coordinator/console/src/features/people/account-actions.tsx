/** What an administrator does with somebody else's account: other roles, a new secret, closing it. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  activationSchema,
  type ActivationView,
  type OperatorView,
} from '@consilium/shared/answers';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { ConfirmedButton } from './confirmed-button.js';
import { bodyOf, draftOf, faultOf } from './grant.js';
import { GrantFields } from './grant-fields.js';
import { ActivationSteps, SecretOnce } from './secret-once.js';
import { useChange } from './use-change.js';

export function AccountActions({ person }: { readonly person: OperatorView }) {
  const { people: words } = useWords();
  const [secret, setSecret] = useState<ActivationView>();
  const path = `/v1/operators/${person.operatorId}`;
  const renew = async (forgetPasskeys: boolean): Promise<void> => {
    setSecret(await send('POST', `${path}/activation`, { forgetPasskeys }, activationSchema));
  };
  return (
    <Group mt="md" gap="sm">
      <RolesButton person={person} />
      <ConfirmedButton
        label={words.renew.button}
        explain={words.renew.explain}
        act={() => renew(false)}
      />
      <ConfirmedButton
        label={words.forget.button}
        explain={words.forget.explain}
        act={() => renew(true)}
      />
      <ConfirmedButton
        label={words.close.button}
        explain={words.close.explain(person.name)}
        act={() => send('POST', `${path}/disable`)}
      />
      {secret === undefined ? null : (
        <SecretOnce
          title={words.renew.made(person.name)}
          secret={secret.activation}
          endsAtMs={secret.expiresAtMs}
          onClose={() => {
            setSecret(undefined);
          }}
        >
          <ActivationSteps name={person.name} />
        </SecretOnce>
      )}
    </Group>
  );
}

function RolesButton({ person }: { readonly person: OperatorView }) {
  const { people: words } = useWords();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {words.change.button}
      </Button>
      {isOpen ? <RolesForm person={person} onClose={close} /> : null}
    </>
  );
}

interface RolesFormProps {
  readonly person: OperatorView;
  readonly onClose: () => void;
}

function RolesForm({ person, onClose }: RolesFormProps) {
  const { people: words, shell } = useWords();
  const [draft, setDraft] = useState(() => draftOf(person));
  const change = useChange(
    () => send('PUT', `/v1/operators/${person.operatorId}/roles`, bodyOf(draft)),
    onClose,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.change.title(person.name)}
      size="lg"
      closeButtonProps={{ 'aria-label': shell.close }}
    >
      <Stack>
        <Text>{words.change.explain}</Text>
        <GrantFields draft={draft} onChange={setDraft} />
        {change.isError ? <Notice tone="bad">{change.error.message}</Notice> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
          <Button
            disabled={faultOf(draft) !== undefined}
            loading={change.isPending}
            onClick={() => {
              change.mutate();
            }}
          >
            {words.change.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
