/** Threat: a coordinator that picks who is summed with whom, or makes another adapter of the sums of the groups. */
import { cutIntoGroups } from '../secagg/index.js';
import { bundleFromFiles, type BundleFile } from './bundle-source.js';
import { failuresOf, withAttempt } from './testing/forged-bundle.js';
import type { Forgery } from './testing/sample-context.js';
import { playGroupedStudy } from './testing/sample-secure-study.js';
import { verifyBundle } from './verify-bundle.js';

function namesOf(files: readonly BundleFile[]): string[] {
  return failuresOf(files).map(({ check, what }) => `${check}: ${what}`);
}

const PICKED: Forgery = {
  manifest: (body) => {
    const { aggregation, studyId, cohort } = body;
    if (aggregation.kind !== 'secure' || aggregation.groups === undefined) {
      return body;
    }
    const sites = cutIntoGroups({ studyId, seed: 'picked', cohort, sites: 6 });
    return { ...body, aggregation: { ...aggregation, groups: { ...aggregation.groups, sites } } };
  },
  leaf: (leaf) =>
    leaf.type === 'round.survivors' && leaf.groups !== undefined
      ? { ...leaf, groups: [...leaf.groups].reverse() }
      : leaf,
};

describe('the bundle of a study that is summed in groups', () => {
  let study: Awaited<ReturnType<typeof playGroupedStudy>>;

  beforeAll(async () => {
    study = await playGroupedStudy();
  });

  it('is verified, and the sum of each group is computed again', () => {
    const report = verifyBundle(bundleFromFiles(study.files));

    expect(report.checks.flatMap((check) => check.failures)).toEqual([]);
    expect(report).toMatchObject({ verified: true, rounds: 1, sumRecomputable: true });
    const record = study.documents.attempts[0]?.record;
    expect(record?.survivors).toHaveLength(15);
    expect(record?.aggregation).toMatchObject({
      groups: [expect.anything(), expect.anything(), expect.anything()],
      combine: { kind: 'median' },
    });
  });

  it('names a record with another rule for the mean, or other groups', () => {
    const files = withAttempt(study, ({ record }) =>
      record?.aggregation.kind === 'secure'
        ? {
            record: {
              ...record,
              aggregation: {
                ...record.aggregation,
                combine: { kind: 'trimmed-mean', trim: 1 },
                groups: [...record.survivors.map((siteId) => [siteId])],
              },
            },
          }
        : {},
    );
    expect(namesOf(files)).toEqual([
      expect.stringMatching(/^records: hash in leaf/),
      'records: combine',
      'records: groups',
    ]);
  });

  it('names groups that were picked, and a leaf and sums by others than the manifest', async () => {
    const { files } = await playGroupedStudy(PICKED);
    expect(namesOf(files)).toEqual(
      expect.arrayContaining(['manifests: groups', 'survivors: groups']),
    );
  });
});
