/** Whether the log only grew, with each hash that shows it, or why that is refused. */
import { Stack, Text } from '@mantine/core';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { HashSteps } from './hash-steps.js';
import type { Growth } from './proofs.js';

export interface GrowthReportProps {
  readonly growth: Growth;
  /** What to say where it only grew. */
  readonly holds: string;
}

export function GrowthReport({ growth, holds }: GrowthReportProps) {
  const { compare: words } = useWords().audit;
  const formats = useFormats();
  const { verdict, before, after, steps } = growth;
  if (!verdict.holds) {
    return (
      <Notice tone="bad">
        <div data-growth={verdict.code} role="alert">
          <Text fw={600}>{words.fails(verdict.code, verdict.reason)}</Text>
          {after === undefined ? null : <Text size="sm">{words.evidence}</Text>}
        </div>
      </Notice>
    );
  }
  const old = before?.size ?? 0;
  return (
    <Stack gap="xs" data-growth="holds">
      <Notice tone="good">
        <Text fw={600}>{holds}</Text>
        <Text size="sm">
          {words.grown(formats.number(old), formats.number((after?.size ?? 0) - old))}
        </Text>
      </Notice>
      <HashSteps steps={steps} />
    </Stack>
  );
}
