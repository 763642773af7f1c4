/** Puts together what a study needs at this site: schema, folders, trainer. Nothing is started or sent here. */
import { decodeFloat } from '@consilium/shared/encoding';
import { studyProtocolHash, type StudyProtocol } from '@consilium/shared/protocol';
import type { TensorSchema } from '@consilium/shared/tensors';
import type { CacheConfig, LicenceRecord, StudyConfig } from '../config/agent-config.js';
import { studyFolder, type Home } from '../config/home.js';
import { requireFolderConsent } from '../config/licence-consent.js';
import type { OpenRequest } from '../trainer-link/messages.js';
import { requireSchema } from './acceptance.js';
import { AdapterCheckpoints } from './adapter-checkpoints.js';
import { LocalTraining } from './local-training.js';
import type { SiteContext, StudyContext } from './site-context.js';
import { figuresOf } from './figures.js';
import { writeDatasetNote } from './dataset-note.js';
import { KnownRoster } from './known-roster.js';
import { PinnedMembers } from './pinned-members.js';
import { PrivateAdapter } from './private-adapter.js';
import { StudyTrainer } from './study-trainer.js';
import type { CreateTrainer } from './trainer-client.js';
import { openTrunkCache } from './trunk-cache.js';

export interface StudySources {
  readonly home: Home;
  readonly config: StudyConfig;
  readonly licences: readonly LicenceRecord[];
  readonly cache: CacheConfig;
  readonly createTrainer: CreateTrainer;
}

/**
 * @throws ConsiliumError 'bad-tensor-schema' when the study protocol contradicts itself, 'licence-not-accepted' when nobody of
 * this site has accepted the terms of the model, 'secret-unreadable' when the file of the cache's secret is not to be trusted
 */
export async function setUpStudy(
  site: SiteContext,
  protocol: StudyProtocol,
  { home, config, licences, cache, createTrainer }: StudySources,
): Promise<StudyContext> {
  const { studyId } = protocol;
  const named = [protocol.backbone.model, config.model];
  await requireFolderConsent(config.backbone, named, licences);
  const schema = requireSchema(protocol);
  const folder = studyFolder(home, studyId);
  const trunkCache = await openTrunkCache(home, cache, studyId);
  const trainer = new StudyTrainer({
    client: createTrainer(),
    request: openRequest(protocol, schema, {
      dataFolder: config.data,
      backboneFolder: config.backbone,
      cache: trunkCache,
      sites: config.siteColumn === undefined ? [] : [config.siteColumn],
    }),
    logger: site.logger,
    onRestart: () => {
      site.report({ event: 'trainer-restarted', study: studyId });
    },
    onChecked: ({ dataset: report, ...engine }) =>
      writeDatasetNote(folder.datasetFile, { v: 1, checkedAtMs: site.now(), report, ...engine }),
  });
  const training = new LocalTraining({
    folder,
    trainer,
    privateAdapter: protocol.privateAdapter === undefined ? undefined : new PrivateAdapter(folder),
    onProgress: (round, { phase, step, steps, loss }) => {
      const measured = loss === undefined ? {} : { loss };
      site.report({ event: 'progress', study: studyId, round, phase, step, steps, ...measured });
    },
    onTrained: (round, { samples, wallMs: ms, before, after }) => {
      const figures = after === undefined ? {} : figuresOf(after);
      const first = before === undefined ? {} : { lossBefore: decodeFloat(before.loss) };
      site.report({ event: 'trained', study: studyId, round, ...figures, ...first, samples, ms });
    },
  });
  return {
    ...site,
    studyId,
    protocol,
    protocolHash: studyProtocolHash(protocol),
    schema,
    folder,
    roster: new KnownRoster(site, new PinnedMembers(folder)),
    checkpoints: new AdapterCheckpoints(folder, schema, protocol.seed, site.link),
    trainer,
    training,
  };
}

/** What the trainer is told of a study: no seed, no sites, no coordinator. */
export function openRequest(
  protocol: StudyProtocol,
  schema: TensorSchema,
  folders: Pick<OpenRequest, 'dataFolder' | 'backboneFolder' | 'cache' | 'sites'>,
): Omit<OpenRequest, 'kind'> {
  return {
    studyId: protocol.studyId,
    study: {
      task: protocol.task,
      geometry: protocol.backbone.geometry,
      preprocessing: protocol.backbone.preprocessing,
      backboneHash: protocol.backbone.hash,
      adapter: protocol.adapter,
      ...(protocol.privateAdapter === undefined ? {} : { privateAdapter: protocol.privateAdapter }),
      training: protocol.training,
      schema: [...schema.map((spec) => ({ ...spec, shape: [...spec.shape] }))],
      minSamples: protocol.participation.minSamples,
    },
    ...folders,
  };
}
