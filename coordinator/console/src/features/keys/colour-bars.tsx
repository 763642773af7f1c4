/** The colours of a key side by side, with their names: the colour alone tells nobody anything who sees it otherwise. */
import { useWords, type Dictionary } from '../../i18n/language.js';
import classes from './keys.module.css';

type Colour = keyof Dictionary['keys']['colour'];

/** Of `fingerprintColours`, which names them. */
const COLOURS: Readonly<Record<Colour, string>> = {
  black: '#000000',
  red: '#cc3311',
  green: '#228833',
  yellow: '#ddaa33',
  blue: '#0044bb',
  magenta: '#aa3377',
  cyan: '#33bbee',
  white: '#ffffff',
};
const WIDTH = 44;
const HEIGHT = 22;

export function ColourBars({ colours }: { readonly colours: string }) {
  const words = useWords().keys;
  const bars = colours.split(' ').filter((name): name is Colour => name in COLOURS);
  const names = bars.map((name) => words.colour[name]).join(', ');
  return (
    <>
      <svg
        role="img"
        aria-label={words.forms.bars(names)}
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
        className={classes['bars']}
      >
        {bars.map((name, i) => (
          <rect
            key={i}
            className={classes['bar']}
            x={i * WIDTH + 1}
            y={1}
            width={WIDTH - 2}
            height={HEIGHT - 2}
            fill={COLOURS[name]}
          />
        ))}
      </svg>
      <span className={classes['names']} aria-hidden="true">
        {names}
      </span>
    </>
  );
}
