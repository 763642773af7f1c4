/** What the verification came to: the verdict, what does not hold by name, every check, and the verifier's own report. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { CheckResult, Failure } from '@consilium/shared/verify';
import { useState } from 'react';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { Notice, StatusBadge } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { HashSteps } from './hash-steps.js';
import { readCheckpoint } from './proofs.js';
import { saveCheckpoint } from './saved-checkpoint.js';
import type { Done } from './use-verification.js';
import classes from './audit.module.css';

export function FindingsPanel({ done }: { readonly done: Done }) {
  const { verify: words } = useWords().auditVerify;
  const formats = useFormats();
  const { report, text, durationMs } = done.verification;
  return (
    <Panel
      title={words.report}
      aside={
        <Text size="sm" c="dimmed">
          {words.took(formats.duration(durationMs))}
        </Text>
      }
    >
      <Stack gap="sm" data-verified={report.verified}>
        <Notice tone={report.verified ? 'good' : 'bad'}>
          <Text fw={600} role="alert">
            {report.verified ? words.verified : words.refused}
          </Text>
        </Notice>
        <Failures checks={report.checks} />
        <GrowthSince done={done} />
        <Keep done={done} />
        <pre className={classes['raw']} tabIndex={0} data-report>
          {text}
        </pre>
        <Checks checks={report.checks} />
      </Stack>
    </Panel>
  );
}

function Failures({ checks }: { readonly checks: readonly CheckResult[] }) {
  const { verify: words, step } = useWords().auditVerify;
  const failures = checks.flatMap((check) => check.failures);
  if (failures.length === 0) {
    return null;
  }
  const where = ({ path, leafIndex }: Failure): string =>
    path ?? (leafIndex === undefined ? '' : step.entry(String(leafIndex)));
  return (
    <div>
      <Text fw={600}>{words.findings}</Text>
      <ul data-failures className={classes['findings']}>
        {failures.map((failure, i) => (
          <li key={i}>
            <code>{failure.check}</code> · {where(failure)} · {failure.what} (
            <code>{failure.code}</code>): {words.expected(failure.expected, failure.found)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function GrowthSince({ done }: { readonly done: Done }) {
  const { audit, auditVerify } = useWords();
  const formats = useFormats();
  const { verification, savedAtMs } = done;
  const { growth, report } = verification;
  if (growth === undefined || savedAtMs === undefined) {
    return null;
  }
  const { compare } = audit;
  const when = formats.dateTime(savedAtMs);
  return (
    <div data-growth={growth.holds ? 'holds' : 'refused'}>
      <Text fw={600} mb={4}>
        {auditVerify.verify.growth}
      </Text>
      {growth.holds ? (
        <Notice tone={report.verified ? 'good' : 'calm'}>
          {report.verified ? compare.holds(when) : auditVerify.verify.grownButRefused(when)}
        </Notice>
      ) : (
        <Notice tone="bad">{compare.fails('log-inconsistent', growth.reason)}</Notice>
      )}
      <HashSteps steps={growth.steps} />
    </div>
  );
}

/** Only of evidence that holds, and of a log that goes on from the checkpoint kept before. */
function Keep({ done }: { readonly done: Done }) {
  const { verify: words } = useWords().auditVerify;
  const [isKept, setKept] = useState(false);
  const { report, checkpoint, growth } = done.verification;
  const logKey = report.keys?.log.publicKey;
  if (
    !report.verified ||
    logKey === undefined ||
    checkpoint === undefined ||
    growth?.holds === false
  ) {
    return null;
  }
  return (
    <Group gap="sm">
      <Button
        variant="default"
        size="xs"
        onClick={() => {
          const { size } = readCheckpoint(checkpoint, logKey);
          saveCheckpoint(localStorage, { note: checkpoint, logKey, size, savedAtMs: Date.now() });
          setKept(true);
        }}
      >
        {words.keep}
      </Button>
      <Text size="sm" role="status">
        {isKept ? words.kept : ''}
      </Text>
    </Group>
  );
}

function Checks({ checks }: { readonly checks: readonly CheckResult[] }) {
  const { verify: words } = useWords().auditVerify;
  const formats = useFormats();
  return (
    <details>
      <summary>{words.checks}</summary>
      <DataTable
        caption={words.checks}
        columns={[words.check, words.outcome, words.looked]}
        rows={checks.map(({ name, ok, count, skipped }) => [
          <code key="name">{name}</code>,
          <StatusBadge key="outcome" tone={ok ? 'good' : 'bad'}>
            {ok ? words.holds : skipped === undefined ? words.broken : words.skipped}
          </StatusBadge>,
          formats.number(count),
        ])}
      />
    </details>
  );
}
