/** What people do with their own passkeys: make one, give one another name, remove one. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { PasskeySummary } from '@consilium/shared/answers';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { ConfirmedButton } from './confirmed-button.js';
import { makePasskey } from './make-passkey.js';
import { useChange } from './use-change.js';

const LONGEST_NAME = 64;

export function AddPasskeyButton() {
  const { account, people } = useWords();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {people.passkeys.add}
      </Button>
      {isOpen ? (
        <NameForm
          title={people.passkeys.add}
          explain={account.passkeys.addExplain}
          confirm={account.passkeys.confirm}
          act={makePasskey}
          onClose={close}
        />
      ) : null}
    </>
  );
}

interface PasskeyActionsProps {
  readonly passkey: PasskeySummary;
  readonly isLast: boolean;
}

export function PasskeyActions({ passkey, isLast }: PasskeyActionsProps) {
  const { account, people } = useWords();
  const { passkeys: words } = account;
  const { credentialId, label } = passkey;
  const [isOpen, { open, close }] = useDisclosure(false);
  const path = `/v1/me/passkeys/${encodeURIComponent(credentialId)}`;
  const explain = people.passkeys.removeExplain;
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" onClick={open} aria-label={`${words.rename}: ${label}`}>
        {words.rename}
      </Button>
      <ConfirmedButton
        label={people.passkeys.remove}
        of={label}
        explain={isLast ? `${explain} ${words.removeLast}` : explain}
        act={() => send('DELETE', path)}
      />
      {isOpen ? (
        <NameForm
          title={words.renameTitle(label)}
          confirm={words.keep}
          before={label}
          act={(name) => send('PUT', path, { label: name })}
          onClose={close}
        />
      ) : null}
    </Group>
  );
}

interface NameFormProps {
  readonly title: string;
  readonly explain?: string;
  readonly confirm: string;
  readonly before?: string;
  readonly act: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

function NameForm({ title, explain, confirm, before = '', act, onClose }: NameFormProps) {
  const { account, shell } = useWords();
  const { passkeys: words } = account;
  const [name, setName] = useState(before);
  const change = useChange(() => act(name.trim()), onClose);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': shell.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack>
          {explain === undefined ? null : <Text>{explain}</Text>}
          <TextInput
            label={words.label}
            description={words.labelHint}
            value={name}
            maxLength={LONGEST_NAME}
            required
            data-autofocus
            onChange={({ currentTarget }) => {
              setName(currentTarget.value);
            }}
          />
          <div role="alert">
            {change.isError ? (
              <Notice tone="bad">{faultIn(words.device, change.error)}</Notice>
            ) : null}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shell.cancel}
            </Button>
            <Button type="submit" disabled={name.trim() === ''} loading={change.isPending}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What the browser says is in its own words and language: the name of the exception is what counts. */
function faultIn(
  { other, ...known }: ReturnType<typeof useWords>['account']['passkeys']['device'],
  error: Error,
): string {
  if (!(error instanceof DOMException)) {
    return error.message;
  }
  const sentences: Readonly<Record<string, string>> = known;
  return sentences[error.name] ?? other(error.message);
}
