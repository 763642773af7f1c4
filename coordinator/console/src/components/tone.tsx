/** How things stand, in a word on a colour: the word says it, the colour repeats it. */
import type { ReactNode } from 'react';
import classes from './tone.module.css';

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'calm';

export function toneClass(tone: Tone): string {
  return classes[tone] ?? '';
}

export function StatusBadge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}) {
  return (
    <span className={`${classes['badge'] ?? ''} ${toneClass(tone)}`}>
      <span className={classes['dot']} aria-hidden="true" />
      {children}
    </span>
  );
}

/** A sentence that must not be overlooked. */
export function Notice({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <div className={`${classes['notice'] ?? ''} ${toneClass(tone)}`}>{children}</div>;
}
