/** How many of how many, as a ring with the numbers in it. */
import classes from './charts.module.css';

const SIZE = 132;
const STROKE = 12;
const RADIUS = (SIZE - STROKE) / 2;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

export interface RingProps {
  readonly part: number;
  readonly whole: number;
  /** The same in words. */
  readonly label: string;
  /** Below the numbers. */
  readonly caption: string;
}

export function Ring({ part, whole, label, caption }: RingProps) {
  const share = whole === 0 ? 0 : part / whole;
  const middle = SIZE / 2;
  const circle = { cx: middle, cy: middle, r: RADIUS, strokeWidth: STROKE };
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${SIZE} ${SIZE}`} width={SIZE} height={SIZE}>
      <circle className={classes['track']} {...circle} />
      <circle
        className={classes['arc']}
        {...circle}
        strokeDasharray={`${share * CIRCUMFERENCE} ${CIRCUMFERENCE}`}
        strokeLinecap={share === 0 ? 'butt' : 'round'}
        transform={`rotate(-90 ${middle} ${middle})`}
      />
      <text className={classes['number']} x={middle} y={middle + 4} fontSize="26">
        {part}/{whole}
      </text>
      <text className={classes['small']} x={middle} y={middle + 24} fontSize="12">
        {caption}
      </text>
    </svg>
  );
}
