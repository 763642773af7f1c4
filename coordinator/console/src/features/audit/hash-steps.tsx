/** Each hash of a proof: left and right, which of the two the proof gave, and the hash of both. */
import { Text } from '@mantine/core';
import type { ConsistencyStep, NodeStep } from '@consilium/shared/verify';
import { useState } from 'react';
import { useFormats, useWords } from '../../i18n/language.js';
import classes from './audit.module.css';

type Step = NodeStep | ConsistencyStep;

/** Closed until somebody wants to see them. */
export function HashSteps({ steps }: { readonly steps: readonly Step[] }) {
  const { hashes: words } = useWords().audit;
  const formats = useFormats();
  const [isOpen, setOpen] = useState(false);
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {words.none}
      </Text>
    );
  }
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>{words.show(formats.number(steps.length))}</summary>
      {isOpen ? <HashStepList steps={steps} /> : null}
    </details>
  );
}

function HashStepList({ steps }: { readonly steps: readonly Step[] }) {
  const { hashes: words } = useWords().audit;
  return (
    <ol className={classes['steps']} aria-label={words.label}>
      {steps.map((step, i) => (
        <li key={i} className={classes['step']} data-hash-step={i}>
          <HashStep step={step} />
        </li>
      ))}
    </ol>
  );
}

export function HashStep({ step }: { readonly step: Step }) {
  const { hashes: words } = useWords().audit;
  const from = (side: 'left' | 'right'): string =>
    step.given === side ? words.given : words.computed;
  return (
    <dl className={classes['pair']}>
      {'tree' in step ? (
        <>
          <dt>{words.which}</dt>
          <dd>{words.tree[step.tree]}</dd>
        </>
      ) : null}
      <dt>{words.left}</dt>
      <dd>
        <span className={classes['digits']}>{step.left}</span> ({from('left')})
      </dd>
      <dt>{words.right}</dt>
      <dd>
        <span className={classes['digits']}>{step.right}</span> ({from('right')})
      </dd>
      <dt>{words.result}</dt>
      <dd className={classes['digits']}>{step.result}</dd>
    </dl>
  );
}
