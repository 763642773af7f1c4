import type { StudyProtocol } from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { testSite, type TestSite } from '../sites/testing/test-site.js';
import {
  joinOf,
  studyBench,
  studyFile,
  TABLES_OF_STUDIES,
  type StudyBench,
} from './testing/study-bench.js';

const STUDY = parseStudyId('smears');

describe.each(testDatabases)('offers of studies on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  const northgate = testSite('northgate');
  const southside = testSite('southside');
  const westend = testSite('westend');
  let bench: StudyBench;

  beforeEach(async () => {
    bench = await studyBench(await databases.open(TABLES_OF_STUDIES), databases.folder());
  });

  const create = (changes: Readonly<Record<string, unknown>> = {}): Promise<StudyProtocol> =>
    bench.opening.open(studyFile(changes));

  const enrolAll = async (...sites: readonly TestSite[]): Promise<void> => {
    for (const site of sites) {
      await bench.enrol(site);
    }
  };

  const join = (site: TestSite, protocol: StudyProtocol): Promise<void> =>
    bench.studies.join(site.siteId, joinOf(site, protocol));

  it('go to sites enrolled before and after, as long as the study recruits', async () => {
    await enrolAll(northgate);
    const protocol = await create();
    await enrolAll(southside);
    const { signed, createdLeafIndex } = await bench.studies.get(STUDY);
    const offer = { kind: 'study.offer', protocol: signed, leafIndex: createdLeafIndex };
    expect(await bench.owedTo(northgate)).toEqual([offer]);
    expect(await bench.owedTo(southside)).toEqual([offer]);
    await join(northgate, protocol);
    await join(southside, protocol);
    await bench.studies.start(STUDY);
    await enrolAll(westend);
    expect(await bench.owedTo(westend)).toEqual([]);
  });

  it('go to the sites that the study names and to no other', async () => {
    await enrolAll(northgate, westend);
    await create({ participation: { minSites: 2, sites: ['northgate', 'southside'] } });
    await enrolAll(southside);
    const owed = await Promise.all([northgate, southside, westend].map(bench.owedTo));
    expect(owed.map(({ length }) => length)).toEqual([1, 1, 0]);
  });
});
