/** What to verify; fetching it, which needs the network, and verifying it, which does not. */
import { Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import type { VerificationStep } from '@consilium/shared/verify';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { roundsQuery } from '../../lib/api/queries.js';
import type { VerificationState, VerificationWork } from './use-verification.js';

export interface VerifyFormProps {
  readonly studyIds: readonly string[];
  readonly work: VerificationWork;
}

const WHOLE = 'whole';

export function VerifyForm({ studyIds, work }: VerifyFormProps) {
  const { verify: words } = useWords().auditVerify;
  const [search, setSearch] = useSearchParams();
  const asked = search.get('study');
  const studyId = studyIds.find((id) => id === asked) ?? studyIds[0] ?? '';
  const round = search.get('round');
  const { state } = work;
  const isHere = state.bundle?.studyId === studyId;
  const choose = (study: string, part: string | null): void => {
    setSearch(part === null || part === WHOLE ? { study } : { study, round: part });
  };
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.explain}
        </Text>
        <Choice
          studyIds={studyIds}
          studyId={studyId}
          round={round}
          isFixed={state.phase !== 'idle'}
          onChoose={choose}
        />
        <Group gap="sm">
          <Button
            variant={isHere ? 'default' : 'filled'}
            loading={state.phase === 'fetching'}
            disabled={state.phase === 'verifying'}
            onClick={() => {
              work.fetch(studyId);
            }}
          >
            {isHere ? words.fetchAgain : words.fetch}
          </Button>
          <Button
            disabled={!isHere || state.phase !== 'idle'}
            onClick={() => {
              work.start(round === null ? undefined : Number(round));
            }}
          >
            {words.start}
          </Button>
          {state.phase === 'idle' ? null : (
            <Button variant="subtle" onClick={work.stop}>
              {words.stop}
            </Button>
          )}
        </Group>
        <HowFar state={state} />
      </Stack>
    </Panel>
  );
}

interface ChoiceProps {
  readonly studyIds: readonly string[];
  readonly studyId: string;
  readonly round: string | null;
  readonly isFixed: boolean;
  readonly onChoose: (studyId: string, round: string | null) => void;
}

function Choice({ studyIds, studyId, round, isFixed, onChoose }: ChoiceProps) {
  const { verify: words } = useWords().auditVerify;
  const { data: rounds } = useQuery(roundsQuery(studyId));
  const committed = (rounds ?? []).filter(
    ({ adapterCheckpointHash }) => adapterCheckpointHash !== undefined,
  );
  const numbers = new Set(committed.map(({ roundNo }) => String(roundNo)));
  if (round !== null && /^[1-9]\d{0,8}$/.test(round)) {
    numbers.add(round);
  }
  const parts = [...numbers].map((value) => ({ value, label: words.round(Number(value)) }));
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={words.study}
        data={[...studyIds]}
        value={studyId}
        disabled={isFixed}
        allowDeselect={false}
        onChange={(chosen) => {
          onChoose(chosen ?? studyId, null);
        }}
      />
      <Select
        label={words.part}
        data={[{ value: WHOLE, label: words.whole }, ...parts]}
        value={round ?? WHOLE}
        disabled={isFixed}
        allowDeselect={false}
        searchable
        onChange={(part) => {
          onChoose(studyId, part);
        }}
      />
    </Group>
  );
}

function HowFar({ state }: { readonly state: VerificationState }) {
  const { verify: words } = useWords().auditVerify;
  const formats = useFormats();
  const { phase, fetched, bundle, last, fault, done } = state;
  const bytes = bundle?.files.reduce((total, file) => total + file.bytes.length, 0) ?? 0;
  return (
    <div role="status" data-verification={done === undefined ? phase : 'done'}>
      {phase === 'fetching' && fetched !== undefined ? (
        <Bar
          part={fetched.files / Math.max(1, fetched.filesTotal)}
          label={words.fetching(formats.number(fetched.files), formats.number(fetched.filesTotal))}
        />
      ) : null}
      {phase === 'verifying' ? <Verifying last={last} /> : null}
      {phase === 'idle' && bundle !== undefined && done === undefined && fault === undefined ? (
        <Notice tone="good">
          {words.offline(formats.number(bundle.files.length), formats.bytes(bytes))}
        </Notice>
      ) : null}
      {fault === undefined ? null : (
        <Notice tone="bad">{words.failed(fault.code, fault.reason)}</Notice>
      )}
    </div>
  );
}

function Verifying({ last }: { readonly last: VerificationStep | undefined }) {
  const { verify: words } = useWords().auditVerify;
  return <Bar part={last?.progress ?? 0} label={words.doing(last?.check ?? '…')} />;
}

function Bar({ part, label }: { readonly part: number; readonly label: string }) {
  const { verify: words } = useWords().auditVerify;
  return (
    <Stack gap={4}>
      <Text size="sm">{label}</Text>
      <Progress value={100 * part} aria-label={words.progress} />
    </Stack>
  );
}
