/** The figures of a study by round, shown, or written for TensorBoard. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { roundViewSchema } from '@consilium/shared/answers';
import { signedEvaluationSchema } from '@consilium/shared/protocol';
import { parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { z } from 'zod';
import { eventFiles } from '../tracking/event-folder.js';
import { settledSeries } from '../tracking/settled-series.js';
import { studySeries, togetherByStep, type Series } from '../tracking/study-series.js';
import type { Api } from './api.js';
import { fillNewFolder } from './new-folder.js';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { answerOf, show } from './question.js';
import type { Terminal } from './terminal.js';
import { toWords } from './words.js';

interface CurvesOptions {
  readonly tensorboard?: string;
}

interface WrittenFile {
  readonly file: string;
  readonly scalars: number;
}

export function addCurves(study: Command, terminal: Terminal): void {
  const command = study
    .command('curves <study>')
    .description('show the figures of all sites by round; with --tensorboard, write event files')
    .option('--tensorboard <folder>', 'a new folder for "tensorboard --logdir"')
    .action(async (id: string, { tensorboard }: CurvesOptions) => {
      const studyId = parseStudyId(id);
      const { series } = await readSeries(await openApi(command, terminal), studyId);
      const files = tensorboard === undefined ? [] : await writeEvents(tensorboard, series);
      show(command, terminal, answerOf({ studyId, series, files }), () =>
        tensorboard === undefined ? toWords(togetherByStep(series)) : toWords(files),
      );
    });
}

export interface StudySeries {
  readonly series: readonly Series[];
  /** The same without points that may still change. */
  readonly settled: readonly Series[];
}

/** @throws ConsiliumError 'bad-message' when the coordinator answers in another form */
export async function readSeries(api: Api, studyId: StudyId): Promise<StudySeries> {
  const rounds = parsed(z.array(roundViewSchema), await api.get(`v1/studies/${studyId}/rounds`));
  const answer = await api.get(`v1/studies/${studyId}/evaluations`);
  const reported = parsed(z.array(signedEvaluationSchema), answer);
  const series = studySeries(rounds, reported);
  return { series, settled: settledSeries(series, rounds, reported) };
}

/** @throws ConsiliumError 'conflict' when the folder is not empty */
function writeEvents(folder: string, series: readonly Series[]): Promise<readonly WrittenFile[]> {
  return fillNewFolder(folder, '--tensorboard', async () => {
    const written: WrittenFile[] = [];
    for (const { path, bytes, scalars } of eventFiles(series)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes, { flag: 'wx' });
      written.push({ file, scalars });
    }
    return written;
  });
}
