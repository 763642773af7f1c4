/** A line of values without axes; the label says the numbers. */
import classes from './charts.module.css';

const WIDTH = 120;
const HEIGHT = 36;
const MARGIN = 4;

export interface SparklineProps {
  readonly values: readonly number[];
  readonly label: string;
}

export function Sparkline({ values, label }: SparklineProps) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, i): readonly [number, number] => [
    MARGIN + (i / Math.max(1, values.length - 1)) * (WIDTH - 2 * MARGIN),
    HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN),
  ]);
  const [x = 0, y = 0] = points.at(-1) ?? [];
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
    >
      <polyline
        className={classes['line']}
        points={points.map((point) => point.join(',')).join(' ')}
      />
      <circle className={classes['point']} cx={x} cy={y} r="3" />
    </svg>
  );
}
