/** The password of one's own account: that there is one, and the way to another. */
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Me } from '@consilium/shared/answers';
import { useState } from 'react';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { PasswordForm } from './password-form.js';

export function PasswordPanel({ me }: { readonly me: Me }) {
  const { password: words } = useWords().account;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [isChanged, setChanged] = useState(false);
  return (
    <Panel
      title={words.title}
      aside={
        me.hasPassword ? (
          <Button variant="default" size="xs" onClick={open}>
            {words.change}
          </Button>
        ) : null
      }
    >
      <div role="status">
        {isChanged ? (
          <Notice tone="good">{words.changed}</Notice>
        ) : (
          <Text c="dimmed">{me.hasPassword ? words.explain : words.none}</Text>
        )}
      </div>
      {isOpen ? (
        <PasswordForm
          name={me.name}
          onClose={close}
          onChanged={() => {
            setChanged(true);
            close();
          }}
        />
      ) : null}
    </Panel>
  );
}
