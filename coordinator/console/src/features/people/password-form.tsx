/** The form for another password: the current one is asked for, the new one is judged while it is typed. */
import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { isApiProblem } from '../../lib/api/problem.js';
import { strengthOf } from './password-strength.js';
import { StrengthMeter } from './strength-meter.js';
import { useChange } from './use-change.js';

export interface PasswordFormProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

export function PasswordForm({ name, onClose, onChanged }: PasswordFormProps) {
  const { account, shell } = useWords();
  const words = account.password;
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useChange(() => send('PUT', '/v1/me/password', { current, next }), onChanged);
  const strength = strengthOf(next, name);
  const isSame = next !== '' && next === current;
  const differs = again !== '' && again !== next;
  const isReady = current !== '' && !isSame && again === next && !strength.kind.startsWith('too-');
  const show = { 'aria-label': words.show };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.change}
      closeButtonProps={{ 'aria-label': shell.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack>
          {/* For password managers, which keep a password under a name. */}
          <input hidden readOnly autoComplete="username" value={name} aria-label={words.name} />
          <PasswordInput
            label={words.current}
            autoComplete="current-password"
            value={current}
            required
            data-autofocus
            visibilityToggleButtonProps={show}
            onChange={({ currentTarget }) => {
              change.reset();
              setCurrent(currentTarget.value);
            }}
          />
          <Stack gap={6}>
            <PasswordInput
              label={words.next}
              description={words.nextHint}
              autoComplete="new-password"
              value={next}
              required
              error={isSame ? words.same : undefined}
              visibilityToggleButtonProps={show}
              onChange={({ currentTarget }) => {
                setNext(currentTarget.value);
              }}
            />
            {next === '' ? null : <StrengthMeter strength={strength} length={[...next].length} />}
          </Stack>
          <PasswordInput
            label={words.again}
            autoComplete="new-password"
            value={again}
            required
            error={differs ? words.differs : undefined}
            visibilityToggleButtonProps={show}
            onChange={({ currentTarget }) => {
              setAgain(currentTarget.value);
            }}
          />
          <div role="alert">
            {change.isError ? <Notice tone="bad">{faultIn(words, change.error)}</Notice> : null}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shell.cancel}
            </Button>
            <Button type="submit" disabled={!isReady} loading={change.isPending}>
              {words.change}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The length is judged here already: what is left to be refused is the current password. */
function faultIn(words: ReturnType<typeof useWords>['account']['password'], error: Error): string {
  if (isApiProblem(error, 'bad-request')) {
    return words.wrong;
  }
  return isApiProblem(error, 'quota-exceeded') ? words.tooMany : error.message;
}
