import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { testSite } from '../sites/testing/test-site.js';
import { STUDY, studyBench, TABLES_OF_STUDIES, type StudyBench } from './testing/study-bench.js';

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

  it('go to sites enrolled before and after, as long as the study is not over', async () => {
    await bench.enrolAll(northgate);
    const protocol = await bench.create();
    await bench.enrolAll(southside);
    const { signed, createdLeafIndex } = await bench.studies.get(STUDY);
    const offer = { kind: 'study.offer', protocol: signed, leafIndex: createdLeafIndex };
    expect(await bench.owedTo(northgate)).toEqual([offer]);
    expect(await bench.owedTo(southside)).toEqual([offer]);
    await bench.join(northgate, protocol);
    await bench.join(southside, protocol);
    await bench.studies.start(STUDY);
    await bench.enrolAll(westend);
    expect(await bench.owedTo(westend)).toEqual([offer]);
  });

  it('go to the sites that the study names and to no other', async () => {
    await bench.enrolAll(northgate, westend);
    await bench.create({ participation: { minSites: 2, sites: ['northgate', 'southside'] } });
    await bench.enrolAll(southside);
    const owed = await Promise.all([northgate, southside, westend].map(bench.owedTo));
    expect(owed.map(({ length }) => length)).toEqual([1, 1, 0]);
  });
});
