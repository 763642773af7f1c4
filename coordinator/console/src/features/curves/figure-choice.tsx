/** Which figure a chart shows. */
import { SegmentedControl } from '@mantine/core';
import { useWords } from '../../i18n/language.js';
import { FIGURES, type FigureName } from '../../lib/figures.js';

export interface FigureChoiceProps {
  readonly figure: FigureName;
  readonly onChoose: (figure: FigureName) => void;
}

export function FigureChoice({ figure, onChoose }: FigureChoiceProps) {
  const { metric } = useWords().curves;
  return (
    <SegmentedControl
      size="xs"
      aria-label={metric.label}
      value={figure}
      onChange={(value) => {
        onChoose(value);
      }}
      data={FIGURES.map((value) => ({ value, label: metric[value] }))}
    />
  );
}
