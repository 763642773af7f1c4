/** How good each adapter checkpoint is at each site: `consilium evaluation matrix`. */
import {
  FIGURES,
  figureSeries,
  roundViewSchema,
  type FigureName,
  type Measured,
  type Reported,
} from '@consilium/shared/answers';
import { decodeFloat } from '@consilium/shared/encoding';
import { signedEvaluationSchema } from '@consilium/shared/protocol';
import { accuracy, balancedAccuracy } from '@consilium/shared/statistics';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { answerOf, show } from './question.js';
import type { Terminal } from './terminal.js';

interface Matrix {
  readonly studyId: string;
  readonly metric: FigureName;
  /** Of the adapter checkpoints that somebody measured on validation pictures; 0 before the first round. */
  readonly rounds: readonly number[];
  readonly sites: readonly MatrixRow[];
  /** Of all pictures together; of a secure study all that is known before the end. */
  readonly together: readonly (number | null)[];
  /** Of the newest checkpoint that single sites measured. */
  readonly worst: {
    readonly siteId: string;
    readonly roundNo: number;
    readonly value: number;
  } | null;
}

interface MatrixRow {
  readonly siteId: string;
  /** One for each round; null where the site measured or showed nothing. */
  readonly values: readonly (number | null)[];
  /** On the site's test pictures, once the study is completed. */
  readonly test: number | null;
}

export function addEvaluations(program: Command, terminal: Terminal): void {
  const evaluation = program.command('evaluation').description('what the sites measured');
  const command = evaluation
    .command('matrix <study>')
    .description('show how good each adapter checkpoint is at each site, and where it is worst')
    .addOption(
      new Option('--metric <name>', 'which figure').choices(FIGURES).default('balancedAccuracy'),
    )
    .action(async (id: string, { metric }: { readonly metric: FigureName }) => {
      const studyId = parseStudyId(id);
      const api = await openApi(command, terminal);
      const rounds = await api.get(`v1/studies/${studyId}/rounds`);
      const reported = await api.get(`v1/studies/${studyId}/evaluations`);
      const matrix = matrixOf(
        studyId,
        metric,
        parsed(z.array(roundViewSchema), rounds),
        parsed(z.array(signedEvaluationSchema), reported),
      );
      show(command, terminal, answerOf(matrix), () => matrixWords(matrix));
    });
}

function matrixOf(
  studyId: string,
  metric: FigureName,
  rounds: readonly z.output<typeof roundViewSchema>[],
  reported: readonly Reported[],
): Matrix {
  const { sites, together } = figureSeries(rounds, reported);
  const measured = [...together, ...sites.flatMap((site) => site.measured)];
  const numbers = [...new Set(measured.map(({ roundNo }) => roundNo))].sort((a, b) => a - b);
  const row = (series: readonly Measured[]): (number | null)[] =>
    numbers.map(
      (round) => series.find(({ roundNo }) => roundNo === round)?.figures[metric] ?? null,
    );
  const tests = new Map(
    reported.flatMap(({ body }) =>
      body.split === 'test' ? [[body.siteId, testFigure(body.metrics, metric)] as const] : [],
    ),
  );
  const names = [...new Set([...sites.map(({ siteId }) => siteId), ...tests.keys()])].sort();
  return {
    studyId,
    metric,
    rounds: numbers,
    sites: names.map((siteId) => ({
      siteId,
      values: row(sites.find((site) => site.siteId === siteId)?.measured ?? []),
      test: tests.get(siteId) ?? null,
    })),
    together: row(together),
    worst: worstOf(sites, metric),
  };
}

function testFigure({ confusion, loss }: Reported['body']['metrics'], metric: FigureName): number {
  switch (metric) {
    case 'loss':
      return decodeFloat(loss);
    case 'accuracy':
      return accuracy(confusion);
    case 'balancedAccuracy':
      return balancedAccuracy(confusion);
  }
}

function worstOf(
  sites: ReturnType<typeof figureSeries>['sites'],
  metric: FigureName,
): Matrix['worst'] {
  const cells = sites.flatMap(({ siteId, measured }) =>
    measured.map(({ roundNo, figures }) => ({ siteId, roundNo, value: figures[metric] })),
  );
  const newest = Math.max(...cells.map(({ roundNo }) => roundNo));
  const sign = metric === 'loss' ? -1 : 1;
  const [worst] = cells
    .filter(({ roundNo }) => roundNo === newest)
    .sort((a, b) => sign * (a.value - b.value));
  return worst ?? null;
}

/** What a terminal has room for; `--json` has them all. */
const ROUNDS_SHOWN = 10;

function matrixWords({ metric, rounds, sites, together, worst }: Matrix): string {
  if (rounds.length === 0 && sites.length === 0) {
    return 'Nobody has measured anything yet.\n';
  }
  const from = Math.max(0, rounds.length - ROUNDS_SHOWN);
  const hasTests = sites.some(({ test }) => test !== null);
  const line = (name: string, values: readonly (number | null)[], test: number | null) => [
    name,
    ...values.slice(from).map(cell),
    ...(hasTests ? [cell(test)] : []),
  ];
  const titles = rounds.slice(from).map((roundNo) => `${roundNo}`);
  const lines = [
    [metric, ...titles, ...(hasTests ? ['test'] : [])],
    ...sites.map(({ siteId, values, test }) => line(siteId, values, test)),
    line('together', together, null),
  ];
  const left = from === 0 ? '' : `The last ${ROUNDS_SHOWN} of ${rounds.length} rounds.\n`;
  return `${aligned(lines)}${left}${worstWords(worst)}`;
}

function cell(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function worstWords(worst: Matrix['worst']): string {
  return worst === null
    ? 'No site shows figures of its own: only what all of them come to together is known.\n'
    : `Worst: ${worst.siteId} after round ${worst.roundNo}, ${worst.value.toFixed(3)}.\n`;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((l) => l[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .map((text) => `${text}\n`)
    .join('');
}
