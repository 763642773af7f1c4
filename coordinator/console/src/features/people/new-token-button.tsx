/** A new API token: what it is for, what it may do, how long; then the token, once. */
import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { newTokenViewSchema, type NewTokenView } from '@consilium/shared/answers';
import { SENSITIVE_RIGHTS } from '@consilium/shared/vocabulary';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { SecretOnce } from './secret-once.js';
import { useChange } from './use-change.js';

const DAYS = ['7', '30', '90', '366'];
const DEFAULT_DAYS = '90';

export function NewTokenButton({ rights }: { readonly rights: readonly string[] }) {
  const { tokens: words } = useWords().people;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [made, setMade] = useState<NewTokenView>();
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {words.make}
      </Button>
      {isOpen ? (
        <NewTokenForm
          rights={rights}
          onClose={close}
          onMade={(token) => {
            close();
            setMade(token);
          }}
        />
      ) : null}
      {made === undefined ? null : (
        <SecretOnce
          title={words.made(made.label)}
          secret={made.token}
          endsAtMs={made.expiresAtMs}
          onClose={() => {
            setMade(undefined);
          }}
        >
          {words.use}
        </SecretOnce>
      )}
    </>
  );
}

interface NewTokenFormProps {
  readonly rights: readonly string[];
  readonly onClose: () => void;
  readonly onMade: (token: NewTokenView) => void;
}

function NewTokenForm({ rights, onClose, onMade }: NewTokenFormProps) {
  const { people, shell } = useWords();
  const words = people.tokens;
  const sensitive: readonly string[] = SENSITIVE_RIGHTS;
  const [label, setLabel] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [chosen, setChosen] = useState(rights.filter((right) => !sensitive.includes(right)));
  const wish = { label: label.trim(), days: Number(days), rights: chosen };
  const make = useChange(
    () => send('POST', '/v1/me/tokens', wish, newTokenViewSchema),
    (token) => {
      if (token !== undefined) {
        onMade(token);
      }
    },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.make}
      closeButtonProps={{ 'aria-label': shell.close }}
    >
      <Stack>
        <TextInput
          label={words.label}
          description={words.labelHint}
          value={label}
          maxLength={64}
          required
          data-autofocus
          onChange={({ currentTarget }) => {
            setLabel(currentTarget.value);
          }}
        />
        <Select
          label={words.lasts}
          data={DAYS.map((value) => ({ value, label: words.days(Number(value)) }))}
          value={days}
          allowDeselect={false}
          onChange={(value) => {
            setDays(value ?? DEFAULT_DAYS);
          }}
        />
        <Checkbox.Group label={words.rights} value={chosen} onChange={setChosen}>
          <Stack gap={6} mt="xs">
            {rights.map((right) => (
              <Checkbox
                key={right}
                value={right}
                label={right}
                description={sensitive.includes(right) ? words.sensitive : undefined}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {make.isError ? <Notice tone="bad">{make.error.message}</Notice> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
          <Button
            disabled={wish.label === '' || chosen.length === 0}
            loading={make.isPending}
            onClick={() => {
              make.mutate();
            }}
          >
            {words.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
