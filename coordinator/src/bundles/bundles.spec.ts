import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contentHash, contentHashOf, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes } from '@consilium/shared/encoding';
import {
  BUNDLE_PATHS,
  type BundleIndex,
  type BundleLog,
  type Leaf,
} from '@consilium/shared/protocol';
import {
  bundleFromFiles,
  verifyBundle,
  type BundleFile,
  type BundleReport,
} from '@consilium/shared/verify';
import { parseOperatorId, parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { BackbonesService } from '../models/backbones.service.js';
import { AbandonmentService } from '../rounds/abandonment.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyOpening } from '../studies/study-opening.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { evaluationOf, Federation, studyFile } from './testing/federation.js';

const STUDY = parseStudyId('smears');
const OTHER = parseStudyId('other');

// A study trains for seconds on a busy machine.
jest.setTimeout(30_000);

describe('evidence bundles', () => {
  let federation: Federation;

  beforeEach(async () => {
    federation = await Federation.start(['northgate', 'southside', 'westend']);
    await federation.get(BackbonesService).register(BACKBONE);
    await federation.enrolAll();
  });

  afterEach(() => federation.close());

  async function create(studyId: StudyId, advertDeadline?: string): Promise<void> {
    await federation.get(StudyOpening).open(studyFile(studyId, advertDeadline));
    await federation.deliver();
  }

  async function complete(studyId: StudyId): Promise<void> {
    await create(studyId);
    await federation.get(StudiesService).start(studyId);
    await federation.runToEnd(studyId);
  }

  async function askIndex(studyId: StudyId = STUDY): Promise<Signed<BundleIndex>> {
    const answer = await federation.application.fetch(`/v1/studies/${studyId}/bundle`);
    const { index } = JSON.parse(await answer.text()) as { index: Signed<BundleIndex> };
    return index;
  }

  const askFile = (path: string, bundle?: string): Promise<Response> => {
    const query = new URLSearchParams({ path, ...(bundle === undefined ? {} : { bundle }) });
    return federation.application.fetch(`/v1/studies/${STUDY}/bundle/file?${query.toString()}`);
  };

  async function fetchBundle(index: Signed<BundleIndex>): Promise<BundleFile[]> {
    const files = [{ path: BUNDLE_PATHS.index as string, bytes: canonicalBytes(index) }];
    for (const { path } of index.body.files) {
      const answer = await askFile(path, contentHashOf(index));
      files.push({ path, bytes: new Uint8Array(await answer.arrayBuffer()) });
    }
    return files;
  }

  function verify(files: readonly BundleFile[]): BundleReport {
    const { identity, log } = federation.application.keys;
    return verifyBundle(bundleFromFiles(files), {
      coordinatorKey: identity.publicKey,
      logKey: log.publicKey,
    });
  }

  const failuresOf = ({ checks }: BundleReport): unknown[] =>
    checks.filter(({ ok }) => !ok).flatMap(({ name, failures }) => [name, ...failures]);

  const logOf = (files: readonly BundleFile[]): BundleLog => {
    const file = files.find(({ path }) => path === BUNDLE_PATHS.log);
    return JSON.parse(new TextDecoder().decode(file?.bytes)) as BundleLog;
  };

  const leavesOf = (files: readonly BundleFile[]): Leaf[] =>
    logOf(files).leaves.map(({ leaf }) => JSON.parse(leaf) as Leaf);

  it('verify for a completed study with evaluations', async () => {
    await complete(STUDY);
    const { hash, roundNo } = await federation.get(AdapterCheckpointsService).latest(STUDY);
    for (const site of federation.sites) {
      const place = { studyId: STUDY, roundNo, adapterCheckpointHash: hash };
      const evaluation = evaluationOf(site, place);
      await federation.get(EvaluationsService).report(site.siteId, evaluation);
    }
    const report = verify(await fetchBundle(await askIndex()));
    expect(failuresOf(report)).toEqual([]);
    expect(report).toMatchObject({ verified: true, state: 'completed' });
  });

  it('verify at every stage of a study', async () => {
    const verified: boolean[] = [];
    const check = async (): Promise<void> => {
      const report = verify(await fetchBundle(await askIndex()));
      expect(failuresOf(report)).toEqual([]);
      verified.push(report.verified);
    };
    await create(STUDY);
    await check();
    await federation.get(StudiesService).start(STUDY);
    await check();
    await federation.deliverUntil(async () => {
      await check();
      return (await federation.get(StudiesService).get(STUDY)).phase !== 'running';
    });
    await check();
    expect(verified.length).toBeGreaterThan(4);
  });

  it('verify while the study moves on under them', async () => {
    await create(STUDY);
    await federation.get(StudiesService).start(STUDY);
    const moving = federation.runToEnd(STUDY);
    const reports: BundleReport[] = [];
    while (reports.at(-1)?.state !== 'completed') {
      reports.push(verify(await fetchBundle(await askIndex())));
    }
    await moving;
    expect(reports.flatMap(failuresOf)).toEqual([]);
    expect(reports.map(({ state }) => state)).toContain('running');
  });

  it('verify for a study that failed, with the attempts that were aborted', async () => {
    await create(STUDY, '50ms');
    await federation.get(StudiesService).start(STUDY);
    const typesNow = async (): Promise<string[]> =>
      leavesOf(await fetchBundle(await askIndex())).map(({ type }) => type);
    while (!(await typesNow()).includes('round.aborted')) {
      await delay(20);
    }
    const reason = 'nobody came';
    await federation
      .get(AbandonmentService)
      .stop(STUDY, parseOperatorId('op-0123456789ab'), reason);
    const files = await fetchBundle(await askIndex());
    const report = verify(files);
    expect(failuresOf(report)).toEqual([]);
    expect(report).toMatchObject({ verified: true, state: 'failed' });
    const types = leavesOf(files).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['key.destroyed', 'study.failed']));
  });

  it('hold the record of their own export', async () => {
    await create(STUDY);
    await askIndex();
    const types = leavesOf(await fetchBundle(await askIndex())).map(({ type }) => type);
    expect(types.filter((type) => type === 'access.export')).toHaveLength(2);
    expect(types.at(-1)).toBe('access.export');
  });

  it('leave out what the log says of other studies, and verify all the same', async () => {
    await create(OTHER);
    await complete(STUDY);
    await askIndex(OTHER);
    const files = await fetchBundle(await askIndex());
    expect(verify(files).verified).toBe(true);
    const studies = leavesOf(files).map((leaf) => ('studyId' in leaf ? leaf.studyId : undefined));
    expect(new Set(studies)).toEqual(new Set([undefined, STUDY]));
  });

  it('show the checkpoints at which rounds ended and the last one, not all', async () => {
    await complete(STUDY);
    const { checkpoints, consistency } = logOf(await fetchBundle(await askIndex()));
    expect(checkpoints.length).toBeGreaterThanOrEqual(2);
    expect(checkpoints.length).toBeLessThanOrEqual(3);
    expect(consistency).toHaveLength(checkpoints.length - 1);
  });

  it('stay apart when two are fetched at the same time', async () => {
    await create(STUDY);
    const [first, second] = [await askIndex(), await askIndex()];
    expect(verify(await fetchBundle(first)).verified).toBe(true);
    expect(verify(await fetchBundle(second)).verified).toBe(true);
    const newest = await (await askFile(BUNDLE_PATHS.log)).arrayBuffer();
    const entry = second.body.files.find(({ path }) => path === BUNDLE_PATHS.log);
    expect(contentHash(new Uint8Array(newest))).toBe(entry?.hash);
  });

  it('are held for the four newest requests of a study', async () => {
    await create(STUDY);
    const first = await askIndex();
    for (let more = 0; more < 4; more += 1) {
      await askIndex();
    }
    const answer = await askFile(BUNDLE_PATHS.log, contentHashOf(first));
    expect(await answer.json()).toMatchObject({
      code: 'not-found',
      detail: 'no such bundle of smears is held any more: ask for its index again',
    });
    const shelf = join(federation.application.folder, 'bundles', STUDY);
    expect(readdirSync(shelf)).toHaveLength(4);
  });

  it('have no files but those of their index', async () => {
    await create(STUDY);
    await askIndex();
    for (const path of ['../keys/identity.key', 'bundle.json', 'adapters/99.safetensors', '/etc']) {
      const answer = await askFile(path);
      expect(await answer.json()).toMatchObject({ status: 404, code: 'not-found' });
    }
  });

  it('are not made when a blob is gone, and the answer does not say which file of the disk', async () => {
    await create(STUDY);
    const blobs = join(federation.application.folder, 'blobs');
    rmSync(blobs, { recursive: true });
    mkdirSync(blobs);
    const answer = await federation.application.fetch(`/v1/studies/${STUDY}/bundle`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(federation.application.folder);
  });

  it('are not made of a study that does not exist, and nothing is logged', async () => {
    const answer = await federation.application.fetch('/v1/studies/none/bundle');
    expect(answer.status).toBe(404);
    await create(STUDY);
    const types = leavesOf(await fetchBundle(await askIndex())).map(({ type }) => type);
    expect(types.filter((type) => type === 'access.export')).toHaveLength(1);
  });
});
