import { parseStudyFile } from '@consilium/shared/protocol';
import { parse } from 'yaml';
import { DEMO_STUDY_ID, demoStudyFile, type DemoStudy } from './demo-study.js';

const STUDY: DemoStudy = {
  classes: ['basophil', 'monocyte', '007', 'yes'],
  backboneHash: `sha256:${'ab'.repeat(32)}`,
  sites: 3,
  rounds: undefined,
  seed: 7,
};

const read = (study: DemoStudy) => parseStudyFile(parse(demoStudyFile(study)));

describe('the study of the demo', () => {
  it('is a study file that the coordinator takes', () => {
    const file = read(STUDY);
    expect(file).toMatchObject({
      study: DEMO_STUDY_ID,
      backbone: STUDY.backboneHash,
      adapter: { kind: 'lora', blocks: { last: 2 } },
      participation: { minSites: 3, advertDeadline: 120_000, roundDeadline: 600_000 },
      seed: 7,
    });
  });

  it('keeps class names that YAML would read as something else', () => {
    expect(read(STUDY).task.classes).toEqual(STUDY.classes);
  });

  it('has twelve rounds unless told otherwise', () => {
    expect(read(STUDY).training.rounds).toBe(12);
    expect(read({ ...STUDY, rounds: 2 }).training.rounds).toBe(2);
  });
});
