import { encodeFloat } from '../encoding/index.js';
import { parseSitePolicy, sitePolicyHash } from './site-policy.js';
import { bytes, hash, KEY_ID, SITE_ID } from './testing/sample-scalars.js';

const everything = {
  studies: { allow: [hash('01'), KEY_ID] },
  participation: { minSites: 4 },
  data: { minRows: 50, minCell: 10 },
  aggregation: { require: 'secure' },
  privacy: { requireDifferentialPrivacy: true, maxEpsilonPerYear: 2.5 },
  update: { maxBytes: 1_000_000, clipNorm: 0.5 },
  schedule: { windows: [{ cron: '0 20 * * 1-5', minutes: 600, timeZone: 'Europe/Berlin' }] },
  resources: { threads: 2, memoryMiB: 2048, gpu: 'forbid', nice: 10 },
  network: { allowHosts: ['coordinator.example'] },
  approval: { mode: 'automatic', people: 2 },
  members: { known: [{ site: SITE_ID, key: bytes(32) }], atLeastKnown: 2 },
  share: { logs: 'errors', metrics: 'none', predictions: 'aggregate' },
};

describe('the policy of a site', () => {
  it('is the strictest one when the file is empty', () => {
    const policy = parseSitePolicy(undefined);
    expect(policy).toEqual(parseSitePolicy({}));
    expect(policy.approval).toEqual({ mode: 'manual', people: 1 });
    expect(policy.members).toEqual({ known: [] });
    expect(policy.participation.minSites).toBe(3);
    expect(policy.data).toEqual({ minRows: 1, minCell: 5 });
    expect(policy.share).toEqual({ logs: 'none', metrics: 'aggregate', predictions: 'none' });
  });

  it('takes every setting, with numbers that are not whole as floats of the protocol', () => {
    const policy = parseSitePolicy(everything);
    expect(policy).toMatchObject({
      ...everything,
      privacy: { requireDifferentialPrivacy: true, maxEpsilonPerYear: encodeFloat(2.5) },
      update: { maxBytes: 1_000_000, clipNorm: encodeFloat(0.5) },
    });
  });

  it('has one hash for one meaning: a default that is written out changes nothing', () => {
    const short = sitePolicyHash(parseSitePolicy({}));
    const long = sitePolicyHash(parseSitePolicy({ v: 1, approval: { people: 1, mode: 'manual' } }));
    expect(long).toBe(short);
    expect(sitePolicyHash(parseSitePolicy({ data: { minCell: 6 } }))).not.toBe(short);
    expect(sitePolicyHash(parseSitePolicy(everything))).not.toBe(short);
  });

  it('is refused with every fault and its path in one message', () => {
    const faulty = {
      participation: { minSites: 1 },
      approval: { people: 3 },
      schedule: { windows: [{ cron: 'at night', minutes: 0, timeZone: 'Mars/Base' }] },
      surprise: true,
    };
    const refused = () => parseSitePolicy(faulty);
    expect(refused).toThrow(/policy\.yaml has 6 faults/);
    expect(refused).toThrow(/participation\.minSites: /);
    expect(refused).toThrow(/approval\.people: /);
    expect(refused).toThrow(/schedule\.windows\.0\.cron: must be a cron pattern of five fields/);
    expect(refused).toThrow(/schedule\.windows\.0\.timeZone: must be the name of a time zone/);
    expect(refused).toThrow(/surprise/);
  });

  it.each([
    [
      'a key twice',
      { members: { known: [SITE_ID, 'eastpark'].map((site) => ({ site, key: bytes(32) })) } },
    ],
    ['a study that is neither hash nor key', { studies: { allow: ['cells'] } }],
    ['a text', 'approval: automatic'],
  ])('is refused for %s', (_, file) => {
    expect(() => parseSitePolicy(file)).toThrow(/^policy\.yaml has 1 fault:/);
  });
});
