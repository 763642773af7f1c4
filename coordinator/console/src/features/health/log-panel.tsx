/** The audit log as it stands, and its self-check: every leaf hashed again, every signed checkpoint compared. */
import { Button, Text } from '@mantine/core';
import { logCheckSchema, type HealthView } from '@consilium/shared/answers';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fact, Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { Notice, StatusBadge } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { healthQuery } from './health-queries.js';
import type { ViewProps } from './machine-panels.js';

export function LogPanel({ view: { log, startedAtMs } }: ViewProps) {
  const { health: words } = useWords();
  const formats = useFormats();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => send('POST', '/v1/health/log-check', undefined, logCheckSchema),
    onSuccess: () => client.invalidateQueries({ queryKey: healthQuery.queryKey }),
  });
  return (
    <Panel
      title={words.log}
      aside={
        <Button
          size="xs"
          variant="default"
          loading={check.isPending}
          onClick={() => {
            check.mutate();
          }}
        >
          {words.check}
        </Button>
      }
    >
      <Facts>
        <Fact name={words.leaves}>{formats.number(log.leaves)}</Fact>
        <Fact name={words.signed}>{formats.number(log.signed)}</Fact>
        <Fact name={words.checked}>
          <LastCheck check={log.check} startedAtMs={startedAtMs} />
        </Fact>
      </Facts>
      {log.check?.message === undefined ? null : (
        <Notice tone="bad">
          <code>{log.check.message}</code>
        </Notice>
      )}
      {check.isError ? <Notice tone="bad">{check.error.message}</Notice> : null}
      <Text size="sm" c="dimmed" mt="sm">
        {words.checkHint}
      </Text>
    </Panel>
  );
}

interface LastCheckProps {
  readonly check: HealthView['log']['check'];
  readonly startedAtMs: number;
}

/** A coordinator whose log does not hold does not start. */
function LastCheck({ check, startedAtMs }: LastCheckProps) {
  const { health: words } = useWords();
  const formats = useFormats();
  if (check === undefined) {
    return (
      <>
        {words.atStart} <When atMs={startedAtMs} />
      </>
    );
  }
  const isGood = check.code === undefined;
  return (
    <span data-log-check={isGood ? 'holds' : check.code}>
      <StatusBadge tone={isGood ? 'good' : 'bad'}>
        {isGood ? words.holds : words.holdsNot(check.code ?? '')}
      </StatusBadge>{' '}
      <When atMs={check.atMs} /> ({formats.duration(check.tookMs)})
    </span>
  );
}
