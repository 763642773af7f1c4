/**
 * `consilium-agent data check`: what is wrong with a data set, row by row, on the data manager's own terminal. Rows and rules
 * only: the file that is meant stands in the data manager's own labels.csv.
 */
import { answerLine, ReportedFailure } from '@consilium/shared/command-line';
import { resolve } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { DatasetReport } from '../trainer-link/messages.js';
import { readProtocolFile } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface DataCheckArguments {
  readonly data: string;
  readonly siteColumn: readonly string[];
  readonly protocol?: string;
  readonly studyClasses?: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'bad-dataset', 'dataset-too-small' */
export async function dataCheckCommand(given: DataCheckArguments, tools: CliTools): Promise<void> {
  const { classes, minSamples } = await requireStudy(given);
  const report = await tools.checkDataset({
    folder: resolve(given.data),
    classes,
    sites: given.siteColumn,
  });
  if (given.json !== true) {
    tools.stdout.write(describeReport(report, classes));
  }
  if (report.bySplit.train < minSamples) {
    throw new ReportedFailure(
      'dataset-too-small',
      `${report.bySplit.train} usable training images, ${minSamples} are needed`,
      report,
    );
  }
  if (given.json === true) {
    tools.stdout.write(answerLine(report));
  }
}

async function requireStudy({ protocol, studyClasses }: DataCheckArguments) {
  if (protocol !== undefined) {
    const { task, participation } = await readProtocolFile(protocol);
    return { classes: task.classes, minSamples: participation.minSamples };
  }
  const classes = (studyClasses ?? '').split(',').map((name) => name.trim());
  if (classes.length < 2 || classes.some((name) => name === '')) {
    throw new ConsiliumError(
      'bad-request',
      'name the study: --protocol FILE or --study-classes a,b,…',
    );
  }
  return { classes, minSamples: 1 };
}

/** The report as lines for people. */
export function describeReport(report: DatasetReport, classes: readonly string[]): string {
  const { images, used, skipped, classCounts, problems, problemCounts } = report;
  const lines = [`${images} rows: ${used} used, ${skipped} skipped`];
  for (const split of ['train', 'val', 'test'] as const) {
    const counts = classCounts[split].map((count, i) => `${classes[i] ?? i} ${count}`);
    lines.push(`${split}: ${report.bySplit[split]} (${counts.join(', ')})`);
  }
  for (const [rule, count] of Object.entries(problemCounts)) {
    if (count > 0) {
      lines.push(`${rule}: ${count}`);
    }
  }
  for (const { row, rule, column } of problems) {
    lines.push(`  row ${row}, ${column}: ${rule}`);
  }
  if (problems.length < skipped) {
    lines.push(`  and ${skipped - problems.length} more`);
  }
  return `${lines.join('\n')}\n`;
}
