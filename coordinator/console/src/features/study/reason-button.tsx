/** A button that asks first, and where it matters why: for what people decide about a study and what stays in its log. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { REASON_LENGTH } from '@consilium/shared/answers';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';

export interface ReasonButtonProps {
  readonly studyId: string;
  /** Below the address of the study. */
  readonly path: string;
  readonly words: {
    readonly button: string;
    /** Of the question. */
    readonly title: string;
    readonly explain: string;
    readonly confirm: string;
  };
  /** Whether it can be done just now; a question that is open already stays. */
  readonly isPossible?: boolean;
  /** Whether it takes a reason. */
  readonly asksWhy?: boolean;
  /** What it is about, beside the study; only with a reason. */
  readonly of?: Readonly<Record<string, string>>;
  /** Whether it cannot be taken back. */
  readonly isFinal?: boolean;
}

export function ReasonButton(props: ReasonButtonProps) {
  const { words, isPossible = true } = props;
  const { shell } = useWords();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      {isPossible ? (
        <Button variant="default" size="xs" onClick={open}>
          {words.button}
        </Button>
      ) : null}
      <Modal
        opened={isOpen}
        onClose={close}
        title={words.title}
        closeButtonProps={{ 'aria-label': shell.close }}
      >
        <Question {...props} close={close} />
      </Modal>
    </>
  );
}

function Question({
  studyId,
  path,
  words,
  isPossible = true,
  asksWhy = false,
  of = {},
  isFinal = false,
  close,
}: ReasonButtonProps & { readonly close: () => void }) {
  const { shell } = useWords();
  const [given, setGiven] = useState('');
  const reason = given.trim();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: () =>
      send('POST', `/v1/studies/${studyId}/${path}`, asksWhy ? { reason, ...of } : undefined),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: ['study', studyId] });
    },
  });
  return (
    <Stack>
      <Text>{words.explain}</Text>
      {asksWhy ? <Why value={given} onChange={setGiven} /> : null}
      {decide.isError ? <Notice tone="bad">{decide.error.message}</Notice> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell.cancel}
        </Button>
        <Button
          {...(isFinal ? { color: 'red' } : {})}
          disabled={!isPossible || (asksWhy && reason === '')}
          loading={decide.isPending}
          onClick={() => {
            decide.mutate();
          }}
        >
          {words.confirm}
        </Button>
      </Group>
    </Stack>
  );
}

interface WhyProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Why({ value, onChange }: WhyProps) {
  const { why } = useWords().study;
  return (
    <TextInput
      label={why.label}
      description={why.explain}
      value={value}
      maxLength={REASON_LENGTH}
      required
      data-autofocus
      onChange={({ currentTarget }) => {
        onChange(currentTarget.value);
      }}
    />
  );
}
