/**
 * `consilium-agent train-alone`: the baseline of a study. The same training as a federation of one, round after round from
 * adapter checkpoint 0, with the seeds, quantisation and update of a real round, so that the numbers can be compared.
 */
import { answerLine } from '@consilium/shared/command-line';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyUpdate } from '@consilium/shared/aggregation';
import { trainingSeed, type StudyProtocol } from '@consilium/shared/protocol';
import {
  initialTensors,
  quantise,
  readSafetensors,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import { writeDurably } from '../config/durable-file.js';
import { requireSchema } from '../participation/acceptance.js';
import { encodeCheckpoint } from '../participation/adapter-checkpoints.js';
import { figuresOf } from '../participation/figures.js';
import type { StudyTrainer } from '../participation/study-trainer.js';
import { reportTo } from '../telemetry/progress.js';
import { readProtocolFile, requireCount } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { openLocalStudy, withoutPrivate, type LocalStudyArguments } from './local-study.js';

export interface TrainAloneArguments extends LocalStudyArguments {
  readonly protocol: string;
  readonly out: string;
  readonly rounds?: string;
  /** Whose random choices: the site's id, so that its first round equals the one in the federation. */
  readonly site?: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'licence-not-accepted' before anything is trained */
export async function trainAloneCommand(
  given: TrainAloneArguments,
  tools: CliTools,
): Promise<void> {
  const protocol = await readProtocolFile(given.protocol);
  const rounds =
    given.rounds === undefined ? protocol.training.rounds : requireCount(given.rounds, '--rounds');
  const [onlySite = 'pooled', ...more] = given.siteColumn;
  const site = given.site ?? (more.length === 0 ? onlySite : 'pooled');
  const { trainer, close } = await openLocalStudy(withoutPrivate(protocol), given, tools);
  const report = reportTo(tools.stderr, site, Date.now);
  const folder = await mkdtemp(join(tmpdir(), 'consilium-alone-'));
  const stop = (): void => {
    void trainer.stop();
  };
  tools.signal.addEventListener('abort', stop, { once: true });
  try {
    const schema = requireSchema(protocol);
    let adapter = initialTensors(schema, protocol.seed);
    for (let roundNo = 1; roundNo <= rounds; roundNo += 1) {
      const seed = trainingSeed(protocol, roundNo, site);
      const round = await trainRound({ trainer, schema, adapter, folder, roundNo, seed });
      adapter = round.adapter;
      report({ event: 'trained', study: protocol.studyId, round: roundNo, ...round.figures });
    }
    await writeResult(given, protocol, { rounds, adapter, schema }, tools);
  } finally {
    tools.signal.removeEventListener('abort', stop);
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface RoundAlone {
  readonly trainer: StudyTrainer;
  readonly schema: TensorSchema;
  readonly adapter: TensorSet;
  /** Throw-away. */
  readonly folder: string;
  readonly roundNo: number;
  readonly seed: string;
}

async function trainRound({ trainer, schema, adapter, folder, roundNo, seed }: RoundAlone) {
  const adapterFile = join(folder, 'adapter.safetensors');
  const deltaFile = join(folder, 'delta.safetensors');
  await writeDurably(adapterFile, encodeCheckpoint(schema, adapter).bytes);
  const trained = await trainer.train({ adapterFile, deltaFile, roundNo, seed }, () => undefined);
  const weight = trained.samples;
  const delta = readSafetensors(await readFile(deltaFile));
  const { vector } = quantise({ delta, schema, weight, weightTotal: weight, sites: 1 });
  const next = applyUpdate({
    previous: adapter,
    ringSum: vector,
    schema,
    weightTotal: weight,
    weightSurvivors: weight,
    sites: 1,
  });
  const figures = {
    ...(trained.after === undefined ? {} : figuresOf(trained.after)),
    samples: weight,
    ms: trained.wallMs,
  };
  return { adapter: next, figures };
}

async function writeResult(
  given: TrainAloneArguments,
  { studyId }: StudyProtocol,
  result: { readonly rounds: number; readonly adapter: TensorSet; readonly schema: TensorSchema },
  { stdout }: CliTools,
): Promise<void> {
  const file = resolve(given.out);
  const { bytes, hash } = encodeCheckpoint(result.schema, result.adapter);
  await writeDurably(file, bytes);
  stdout.write(
    given.json === true
      ? answerLine({ study: studyId, rounds: result.rounds, file, sha256: hash.slice(7) })
      : `${result.rounds} rounds trained alone: ${file} (${hash})\n`,
  );
}
