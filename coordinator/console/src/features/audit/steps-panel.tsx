/** Every step of the verification in its order: hashes of files and entries, nodes of the tree, signatures, sums. */
import { Button, Select, Text } from '@mantine/core';
import type { CheckName, VerificationStep } from '@consilium/shared/verify';
import { useMemo, useState } from 'react';
import { Panel } from '../../components/panel.js';
import { StatusBadge } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { HashStep } from './hash-steps.js';
import { groupSteps, type ShownStep } from './step-groups.js';
import classes from './audit.module.css';

const SHOWN_AT_ONCE = 60;

export function StepsPanel({ steps }: { readonly steps: readonly VerificationStep[] }) {
  const { verify: words } = useWords().auditVerify;
  const formats = useFormats();
  const groups = useMemo(() => groupSteps(steps), [steps]);
  const [check, setCheck] = useState<CheckName>('inclusion');
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const group = groups.find((each) => each.check === check) ?? groups[0];
  if (group === undefined) {
    return null;
  }
  const left = group.steps.length - shown;
  return (
    <Panel title={words.steps}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.stepsHint(formats.number(steps.length))}
      </Text>
      <Select
        label={words.chooseCheck}
        value={group.check}
        allowDeselect={false}
        maw={320}
        mb="sm"
        data={groups.map((each) => ({
          value: each.check,
          label: `${each.check} (${formats.number(each.steps.length)})`,
        }))}
        onChange={(chosen) => {
          setCheck(groups.find((each) => each.check === chosen)?.check ?? check);
          setShown(SHOWN_AT_ONCE);
        }}
      />
      <ol
        className={`${classes['steps'] ?? ''} ${classes['box'] ?? ''}`}
        data-steps={group.check}
        tabIndex={0}
        aria-label={words.chosen(group.check)}
      >
        {group.steps.slice(0, shown).map((step, i) => (
          <li key={i} className={classes['step']}>
            <Step step={step} />
          </li>
        ))}
      </ol>
      {left > 0 ? (
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            setShown(shown + SHOWN_AT_ONCE);
          }}
        >
          {words.more(formats.number(Math.min(left, SHOWN_AT_ONCE)))}
        </Button>
      ) : null}
    </Panel>
  );
}

function Step({ step }: { readonly step: ShownStep }) {
  const { step: words } = useWords().auditVerify;
  const formats = useFormats();
  switch (step.kind) {
    case 'file-hash':
      return <Hashed what={words.file(step.path, formats.bytes(step.bytes))} hash={step.result} />;
    case 'leaf-hash':
      return <Hashed what={words.leaf(String(step.leafIndex))} hash={step.result} />;
    case 'inclusion':
      return (
        <>
          {words.inclusion(String(step.leafIndex))}
          <HashStep step={step} />
        </>
      );
    case 'consistency':
      return (
        <>
          {words.consistency(formats.number(step.oldSize), formats.number(step.newSize))}
          <HashStep step={step} />
        </>
      );
    case 'signature':
      return <Signature step={step} />;
    case 'recompute':
      return words.recompute(step.roundNo, formats.number(step.done), formats.number(step.total));
  }
}

function Hashed({ what, hash }: { readonly what: string; readonly hash: string }) {
  return (
    <>
      {what}
      <div className={classes['digits']}>{hash}</div>
    </>
  );
}

function Signature({
  step,
}: {
  readonly step: Extract<ShownStep, { readonly kind: 'signature' }>;
}) {
  const { step: words } = useWords().auditVerify;
  const { place, what, holds } = step;
  const where = 'path' in place ? place.path : words.entry(String(place.leafIndex));
  return (
    <>
      {words.signature(what, where)}{' '}
      <StatusBadge tone={holds ? 'good' : 'bad'}>
        {holds ? words.fits : words.doesNotFit}
      </StatusBadge>
    </>
  );
}
