/** Everything before the study is there: what is still wrong, else its protocol, protection and cost, and the button. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { studyViewSchema, type StudyCheck } from '@consilium/shared/answers';
import { studyProtocolSchema } from '@consilium/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { Answer } from '../../components/answer.js';
import { CommandLines } from '../../components/command-lines.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { download } from '../../lib/download.js';
import { CostPanel } from './cost-panel.js';
import { textOf, valueAt } from './draft.js';
import { useDraft } from './draft-context.js';
import { FaultList } from './fault-list.js';
import classes from './new-study.module.css';
import { ProtocolDocument } from './protocol-document.js';
import { checkQuery } from './queries.js';
import { SecurityPanel } from './security-panel.js';

export function ReviewStep() {
  const { draft, faults } = useDraft();
  const check = useQuery({ ...checkQuery(textOf(draft)), enabled: faults.length === 0 });
  return faults.length > 0 ? (
    <FaultList faults={faults} />
  ) : (
    <Answer of={check}>{(checked) => <Checked check={checked} />}</Answer>
  );
}

function Checked({ check }: { readonly check: StudyCheck }) {
  const { draft } = useDraft();
  const study = valueAt(draft, 'study');
  const name = typeof study === 'string' ? study : '';
  const { faults, protocol, yaml } = check;
  return protocol === undefined ? (
    <FaultList faults={faults} />
  ) : (
    <Stack gap="md">
      <ProtocolDocument protocol={protocol} name={name} />
      <SecurityPanel />
      <CostPanel protocol={studyProtocolSchema.parse(JSON.parse(protocol.canonical))} />
      <FilePanel name={name} yaml={yaml ?? textOf(draft)} />
      <Creation hash={protocol.hash} />
    </Stack>
  );
}

function FilePanel({ name, yaml }: { readonly name: string; readonly yaml: string }) {
  const { file } = useWords().studyOutcome;
  const { draft } = useDraft();
  return (
    <Panel title={file.title}>
      <Group gap="xs" mb="sm">
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            download(`${name}.yaml`, new Blob([yaml]));
          }}
        >
          {file.yaml}
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            download(`${name}.json`, new Blob([textOf(draft)]));
          }}
        >
          {file.json}
        </Button>
      </Group>
      <pre className={classes['document']}>{yaml.trimEnd()}</pre>
      <Text size="sm" c="dimmed" mt="sm" mb={4}>
        {file.command}
      </Text>
      <CommandLines lines={[`consilium study create ${name}.yaml`]} />
    </Panel>
  );
}

/** @param hash of the protocol that was looked over, for the next page to compare */
function Creation({ hash }: { readonly hash: string }) {
  const { create: words } = useWords().studyOutcome;
  const { draft, startOver } = useDraft();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => send('POST', '/v1/studies', textOf(draft), studyViewSchema),
    onSuccess: async (study) => {
      await client.invalidateQueries({ queryKey: ['studies'] });
      await navigate(`/new-study/${study?.studyId ?? ''}`, { state: { hash } });
      startOver();
    },
  });
  return (
    <Panel title={words.button}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.explain}
      </Text>
      {create.isError ? <Notice tone="bad">{create.error.message}</Notice> : null}
      <Button
        loading={create.isPending}
        onClick={() => {
          create.mutate();
        }}
      >
        {words.button}
      </Button>
    </Panel>
  );
}
