/**
 * `consilium-agent study dry-run`: a whole local round of a study that was offered, with the site's own data and model. Nothing is
 * sent and nothing stays.
 */
import { answerLine } from '@consilium/shared/command-line';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingSeed } from '@consilium/shared/protocol';
import { encodeVector, initialTensors, quantise, readSafetensors } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadAgentConfig } from '../config/agent-config.js';
import { writeDurably } from '../config/durable-file.js';
import { readPinned } from '../identity/pinned-coordinator.js';
import { requireSchema } from '../participation/acceptance.js';
import { encodeCheckpoint } from '../participation/adapter-checkpoints.js';
import { figuresOf } from '../participation/figures.js';
import type { StudyTrainer } from '../participation/study-trainer.js';
import { mayShare } from '../policy/shared-figures.js';
import { refusalsOfMeans } from '../policy/study-refusals.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { openLocalStudy } from './local-study.js';
import { readStudy, type StudyView } from '../participation/study-view.js';

export interface DryRunArguments {
  readonly home?: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'bad-configuration' when agent.yaml names no data for the study; whatever training fails with */
export async function studyDryRunCommand(
  study: string,
  given: DryRunArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const view = await readStudy(home, study);
  const config = await loadAgentConfig(home);
  const source = config.studies.find((each) => each.study === study);
  if (source === undefined) {
    throw new ConsiliumError(
      'bad-configuration',
      `agent.yaml names no data for the study ${study}`,
    );
  }
  const { trainer, close } = await openLocalStudy(
    view.protocol,
    {
      data: source.data,
      backbone: source.backbone,
      cache: home.cacheFolder,
      siteColumn: source.siteColumn === undefined ? [] : [source.siteColumn],
    },
    tools,
  );
  const stop = (): void => {
    void trainer.stop();
  };
  tools.signal.addEventListener('abort', stop, { once: true });
  try {
    const site = (await readPinned(home.coordinatorFile))?.siteId ?? study;
    show(view, await oneRound(view, trainer, site), given, tools);
  } finally {
    tools.signal.removeEventListener('abort', stop);
    await close();
  }
}

/** Opens, trains (which clips) and quantises as in round 1 of the study, in a folder that is thrown away. */
async function oneRound({ protocol, policy }: StudyView, trainer: StudyTrainer, site: string) {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-dry-run-'));
  try {
    const { dataset, engine, backbone } = await trainer.open();
    if (backbone.hash !== protocol.backbone.hash) {
      throw new ConsiliumError('bad-backbone', `this site holds the backbone ${backbone.hash}`);
    }
    const schema = requireSchema(protocol);
    const adapterFile = join(folder, 'adapter.safetensors');
    const deltaFile = join(folder, 'delta.safetensors');
    const start = initialTensors(schema, protocol.seed);
    await writeDurably(adapterFile, encodeCheckpoint(schema, start).bytes);
    const seed = trainingSeed(protocol, 1, site);
    const job = { adapterFile, deltaFile, roundNo: 1, seed };
    const trained = await trainer.train(job, () => undefined);
    const { samples: weight, before, after } = trained;
    const delta = readSafetensors(await readFile(deltaFile));
    const { vector, cut } = quantise({ delta, schema, weight, weightTotal: weight, sites: 1 });
    const figures = [before, after].flatMap((metrics) => metrics ?? []);
    return {
      trained,
      dataset,
      cut,
      updateBytes: encodeVector(vector).length,
      sharesFigures: figures.length === 2 && mayShare(policy.policy, figures),
      refusals: refusalsOfMeans(policy.policy, {
        trainImages: dataset.bySplit.train,
        device: engine.device,
      }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function show(
  { state, refusals: ofStudy }: StudyView,
  round: Awaited<ReturnType<typeof oneRound>>,
  { json }: DryRunArguments,
  { stdout }: CliTools,
): void {
  const { trained, dataset, cut, updateBytes, sharesFigures } = round;
  const refusals = [...ofStudy, ...round.refusals];
  if (json === true) {
    const figures = trained.after === undefined ? {} : { after: figuresOf(trained.after) };
    const { images, used, skipped } = dataset;
    const data = { images, used, skipped, train: trained.samples };
    const size = { updateBytes, cut, trainMs: trained.wallMs };
    stdout.write(
      answerLine({
        study: state.studyId,
        ...data,
        ...size,
        ...figures,
        sharesFigures,
        refusals,
        sent: false,
      }),
    );
    return;
  }
  stdout.write(
    [
      `${dataset.used} of ${dataset.images} pictures are usable, ${trained.samples} were trained on in ${trained.wallMs} ms.`,
      `The update would have ${updateBytes} bytes; ${cut} of its values were cut at the range of the study.`,
      `Figures of the training would ${sharesFigures ? '' : 'not '}go with it.`,
      ...refusals.map(({ sentence }) => sentence),
      'Nothing was sent.',
      '',
    ].join('\n'),
  );
}
