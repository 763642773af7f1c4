/** Words of the curves and of the heat map of sites by round. */
import type { Words } from './words.js';

export const curvesEn = {
  title: 'Curves',
  none: 'Nothing has been measured yet',
  noneHow:
    'Sites measure each adapter checkpoint on their own pictures; the first figures come with the second round.',
  noneShared:
    'No site shares its figures in this study. A site allows it in its policy; until then only the rounds themselves are shown.',
  metric: {
    label: 'Figure',
    balancedAccuracy: 'Balanced accuracy',
    accuracy: 'Accuracy',
    loss: 'Loss',
  },
  axis: { label: 'By', round: 'Round', time: 'Time' },
  log: 'Logarithmic',
  perSite: 'Each site',
  all: 'All sites together',
  best: (value: string, round: number) => `Best ${value} after round ${round}`,
  last: (value: string, round: number) => `Last ${value} after round ${round}`,
  bestShort: 'best',
  lastShort: 'last',
  chart: (metric: string) => `${metric} by round. The table below has the same numbers.`,
  round: 'After round',
  site: 'Site',
  pixels: 'Picture',
  rest: {
    coming: (rounds: number) => `The first ${rounds} rounds are here, later ones are on their way.`,
    failed: (rounds: number) =>
      `Only the first ${rounds} rounds are here: the coordinator did not answer for the rest. Load the page again.`,
  },
  heat: {
    title: 'Sites by round',
    chart: (metric: string) =>
      `${metric} for each site and round. The table below has the same numbers.`,
    worst: (site: string, round: number, value: string) =>
      `Worst: ${site} after round ${round} with ${value}.`,
    empty: 'not measured',
    none: 'No site shares figures of its own yet',
    noneHow:
      'In a secure study single figures stay at the sites, only their sum is known; in a plain study a site shows its own where its policy allows it.',
  },
};

export const curvesDe: Words<typeof curvesEn> = {
  title: 'Kurven',
  none: 'Noch wurde nichts gemessen',
  noneHow:
    'Standorte messen jeden Adapterstand auf eigenen Bildern; die ersten Zahlen kommen mit der zweiten Runde.',
  noneShared:
    'Kein Standort zeigt in dieser Studie seine Zahlen. Ein Standort erlaubt es in seiner Richtlinie; bis dahin sieht man nur die Runden.',
  metric: {
    label: 'Größe',
    balancedAccuracy: 'Balancierte Genauigkeit',
    accuracy: 'Genauigkeit',
    loss: 'Verlust',
  },
  axis: { label: 'Über', round: 'Runde', time: 'Zeit' },
  log: 'Logarithmisch',
  perSite: 'Jeder Standort',
  all: 'Alle Standorte zusammen',
  best: (value: string, round: number) => `Bester Wert ${value} nach Runde ${round}`,
  last: (value: string, round: number) => `Letzter Wert ${value} nach Runde ${round}`,
  bestShort: 'bester',
  lastShort: 'letzter',
  chart: (metric: string) => `${metric} je Runde. Die Tabelle darunter hat dieselben Zahlen.`,
  round: 'Nach Runde',
  site: 'Standort',
  pixels: 'Bild',
  rest: {
    coming: (rounds: number) => `Die ersten ${rounds} Runden sind da, spätere sind unterwegs.`,
    failed: (rounds: number) =>
      `Nur die ersten ${rounds} Runden sind da: Für den Rest hat der Koordinator nicht geantwortet. Bitte die Seite neu laden.`,
  },
  heat: {
    title: 'Standorte je Runde',
    chart: (metric: string) =>
      `${metric} je Standort und Runde. Die Tabelle darunter hat dieselben Zahlen.`,
    worst: (site: string, round: number, value: string) =>
      `Am schlechtesten: ${site} nach Runde ${round} mit ${value}.`,
    empty: 'nicht gemessen',
    none: 'Noch zeigt kein Standort eigene Zahlen',
    noneHow:
      'In einer sicheren Studie bleiben einzelne Zahlen bei den Standorten, bekannt ist nur ihre Summe; in einer einfachen zeigt ein Standort die eigenen, wo seine Richtlinie es erlaubt.',
  },
};
