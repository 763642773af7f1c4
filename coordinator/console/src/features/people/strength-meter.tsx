/** How strong a password is, in a sentence and in a bar beside it. */
import { Progress, Text } from '@mantine/core';
import { useWords } from '../../i18n/language.js';
import { SHORTEST, type Strength } from './password-strength.js';

export interface StrengthMeterProps {
  readonly strength: Strength;
  /** Characters. */
  readonly length: number;
}

export function StrengthMeter({ strength, length }: StrengthMeterProps) {
  const { password: words } = useWords().account;
  return (
    <div data-strength={strength.kind}>
      <Progress
        value={shareOf(strength, length)}
        color={COLOURS[strength.kind]}
        size="sm"
        aria-label={words.strength}
      />
      <Text size="sm" mt={4} aria-live="polite">
        {verdictOf(words.verdict, strength)}
      </Text>
    </div>
  );
}

const COLOURS: Readonly<Record<Strength['kind'], string>> = {
  'too-short': 'red',
  'too-long': 'red',
  names: 'orange',
  pattern: 'orange',
  enough: 'teal',
  long: 'teal',
};

/** In percent. */
function shareOf({ kind }: Strength, length: number): number {
  switch (kind) {
    case 'too-short':
      return Math.round((40 * length) / SHORTEST);
    case 'names':
    case 'pattern':
      return 40;
    case 'enough':
      return 75;
    case 'too-long':
    case 'long':
      return 100;
  }
}

function verdictOf(
  verdict: ReturnType<typeof useWords>['account']['password']['verdict'],
  strength: Strength,
): string {
  switch (strength.kind) {
    case 'too-short':
      return verdict['too-short'](strength.missing);
    case 'too-long':
      return verdict['too-long'](strength.surplus);
    case 'names':
    case 'pattern':
    case 'enough':
    case 'long':
      return verdict[strength.kind];
  }
}
