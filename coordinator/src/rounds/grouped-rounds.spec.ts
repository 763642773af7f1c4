/** Rounds of sites that are summed in groups. Threat: hospitals whose updates drag the adapter away, where no update can be looked at. */
import { cutIntoGroups } from '@consilium/shared/secagg';
import { readSafetensors, type TensorSchema, type TensorSet } from '@consilium/shared/tensors';
import { parseSiteId, parseStudyId, type SiteId } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

const HONEST = 0.1;

/** A site that learns what all others learn, a little off; or that sends the end of its range. */
class LearningSite extends SecureSite {
  /** Of each parameter of its delta. */
  readonly value: number;

  constructor(name: string, weight: number, isBad: boolean) {
    super(name, weight);
    this.value = isBad ? -0.5 : HONEST + (weight % 7) / 1000;
  }

  override delta(schema: TensorSchema): TensorSet {
    return new Map(
      schema.map(({ name, shape }) => {
        const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
        return [name, { shape, data: data.fill(this.value) }];
      }),
    );
  }
}

function namesOf(count: number): SiteId[] {
  return Array.from({ length: count }, (_, i) =>
    parseSiteId(`hospital-${`${i}`.padStart(2, '0')}`),
  );
}

/** As the study of the bench cuts its cohort. */
function groupsOf(count: number): SiteId[][] {
  const cohort = namesOf(count);
  return cutIntoGroups({ studyId: parseStudyId(STUDY), seed: '7', cohort, sites: 5 });
}

function learningSites(count: number, bad: readonly SiteId[]): LearningSite[] {
  return namesOf(count).map((name, i) => new LearningSite(name, 20 + i, bad.includes(name)));
}

/** The second group cannot be trusted, and a site of the first one is lost after it dealt its shares. */
const [first = [], bad = []] = groupsOf(16);
const [lost] = first;

describe('a round of groups, one of them poisoned', () => {
  let round: SecureBench;
  let attempt: Attempt;

  beforeAll(async () => {
    const sites = learningSites(16, bad);
    round = await SecureBench.of(sites);
    const left = sites.filter(({ siteId }) => siteId !== lost);
    await round.begin({ minSites: 15, groups: {} });
    await round.advertise();
    await round.deal();
    await round.update(left);
    await round.bench.pass(600_000);
    await round.show();
    await round.endorse(left);
    await round.unmask(left);
    const { bench } = round;
    const rows = await bench
      .get(Database)
      .read((reader) => bench.get(AttemptRepository).ofStudy(reader, STUDY));
    attempt = required(rows[0]);
  });
  afterAll(() => round.close());

  it('stays with the honest groups, which one sum of all would not', async () => {
    expect(attempt.phase).toBe('committed');
    const checkpoints = round.bench.get(AdapterCheckpointsService);
    const { hash } = await checkpoints.latest(STUDY);
    const tensors = readSafetensors(await round.bench.get(BlobStore).readAll(hash));
    const values = [...tensors.values()].flatMap(({ data }) => [...data]);
    expect(Math.min(...values)).toBeGreaterThan(HONEST - 0.01);
    expect(Math.max(...values)).toBeLessThan(HONEST + 0.01);
    const counted = learningSites(16, bad).filter(({ siteId }) => siteId !== lost);
    const weight = counted.reduce((sum, site) => sum + site.weight, 0);
    const mean = counted.reduce((sum, site) => sum + (site.weight * site.value) / weight, 0);
    expect(mean).toBeLessThan(HONEST - 0.1);
  });

  it('names the groups in manifest, log and record', async () => {
    const groups = groupsOf(16).map((members) => members.filter((siteId) => siteId !== lost));
    expect(attempt.manifest.body.aggregation).toMatchObject({
      threshold: 9,
      groups: { fewest: 3, minSites: 4, sites: groupsOf(16) },
    });
    const [leaf] = await round.leaves('round.survivors');
    expect(leaf?.groups).toEqual(groups);
    expect((await round.latest())?.groups).toEqual({
      fewest: 3,
      minSites: 4,
      sites: groupsOf(16),
    });
    expect(leaf?.sites).toEqual(groups.flat().sort());
    expect(attempt.record?.aggregation).toMatchObject({ groups, combine: { kind: 'median' } });
  });

  it('opens the mask key of the site that was lost and the seeds of all others', () => {
    const opened = attempt.revealed?.secrets.filter(({ kind }) => kind === 'mask-key') ?? [];
    expect(opened.map(({ siteId }) => siteId)).toEqual([lost]);
    expect(attempt.revealed?.secrets).toHaveLength(16);
  });

  it('shows the figures of all groups together', async () => {
    const correct = learningSites(16, bad).reduce(
      (sum, { siteId, weight }) => sum + (siteId === lost ? 0 : weight),
      0,
    );
    expect((await round.latest())?.figures?.before.confusion[0]).toEqual([correct, 15, 15]);
  });
});
