/** What keeps the study from being created, each fault with the way to its field. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { StudyCheck } from '@consilium/shared/answers';
import { useSearchParams } from 'react-router';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import type { FieldName } from './fields.js';
import { stepOf } from './steps.js';

export interface FaultListProps {
  readonly faults: readonly {
    readonly path: readonly string[];
    readonly message: string;
  }[];
}

export function FaultList({ faults }: FaultListProps) {
  const { faults: words } = useWords().studyOutcome;
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        {faults.map(({ path, message }) => (
          <Fault key={`${path.join('.')} ${message}`} path={path} message={message} />
        ))}
      </Stack>
    </Panel>
  );
}

function Fault({ path, message }: StudyCheck['faults'][number] | FaultListProps['faults'][number]) {
  const { newStudy, studyField, studyOutcome } = useWords();
  const [, setSearch] = useSearchParams();
  const field = path.join('.');
  const step = stepOf(path);
  const label =
    field in studyField.fields ? studyField.fields[field as FieldName].label : undefined;
  return (
    <div data-fault={field}>
      <Group gap="xs">
        <Text fw={600}>{label ?? (field === '' ? studyOutcome.faults.whole : field)}</Text>
        {label === undefined || field === '' ? null : <code>{field}</code>}
      </Group>
      <Text>{message}</Text>
      {step === 'review' ? null : (
        <Button
          variant="subtle"
          size="compact-sm"
          px={0}
          onClick={() => {
            setSearch({ step });
          }}
        >
          {studyOutcome.faults.go(newStudy.steps[step])}
        </Button>
      )}
    </div>
  );
}
