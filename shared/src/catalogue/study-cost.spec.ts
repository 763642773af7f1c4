import { parseStudyFile, toStudyProtocol, type StudyProtocol } from '../protocol/index.js';
import { requireModel } from './catalogue.js';
import { forwardOperations } from './cost.js';
import { studyCost } from './study-cost.js';

const { geometry, preprocessing } = requireModel('dinov2-small');
const BACKBONE = {
  hash: `sha256:${'a'.repeat(64)}`,
  geometry,
  preprocessing,
  parameters: 22_056_576,
} as StudyProtocol['backbone'];
const HOSPITAL = { pictures: 1000, operationsPerSecond: 1e11 };

function protocolOf(adapter: object, changes: object = {}): StudyProtocol {
  const file = parseStudyFile({
    study: 'smears',
    title: 'Smears',
    task: { kind: 'classification', classes: ['a', 'b'] },
    backbone: BACKBONE.hash,
    adapter,
    training: { rounds: 10, optimizer: { kind: 'adamw', learningRate: 1e-3 } },
    participation: { minSites: 3 },
    ...changes,
  });
  return toStudyProtocol(file, BACKBONE, 'seed');
}

describe('the cost of a study', () => {
  it('is four bytes a trained number, each way', () => {
    // 12 blocks, query and value, rank 8: A is 8 x 384 and B is 384 x 8; the head is 2 x 384 and a bias.
    const parameters = 12 * 2 * 2 * 8 * 384 + 2 * 384 + 2;
    expect(studyCost(protocolOf({ kind: 'lora' }), HOSPITAL)).toMatchObject({
      parameters,
      sentBytes: 4 * parameters,
      fetchedBytes: 4 * parameters,
    });
  });

  it('of a head is one look at each picture, whatever the number of rounds', () => {
    const cost = studyCost(protocolOf({ kind: 'linear-head' }), HOSPITAL);
    const size = { height: 224, width: 224 };
    expect(cost.roundSeconds).toBe(0);
    expect(cost.firstSeconds).toBeCloseTo((1000 * forwardOperations(geometry, size)) / 1e11);
    expect(cost.hours * 3600).toBeCloseTo(cost.firstSeconds);
  });

  it('grows with the epochs, and shrinks with the blocks that stay frozen', () => {
    const all = studyCost(protocolOf({ kind: 'lora' }), HOSPITAL);
    const last = studyCost(protocolOf({ kind: 'lora', blocks: { last: 3 } }), HOSPITAL);
    expect(all.firstSeconds).toBe(0);
    expect(last.roundSeconds / all.roundSeconds).toBeCloseTo(3 / 12);
    const training = {
      rounds: 10,
      localEpochs: 3,
      optimizer: { kind: 'sgd', learningRate: 0.1 },
    };
    const longer = studyCost(protocolOf({ kind: 'lora' }, { training }), HOSPITAL);
    expect(longer.roundSeconds).toBeGreaterThan(2 * all.roundSeconds);
  });

  it('counts the vote, and the gradients of weights that are trained themselves', () => {
    const voting = studyCost(protocolOf({ kind: 'lora' }), HOSPITAL);
    const silent = studyCost(protocolOf({ kind: 'lora' }, { acceptance: 'off' }), HOSPITAL);
    expect(voting.roundSeconds).toBeGreaterThan(silent.roundSeconds);
    const last = studyCost(protocolOf({ kind: 'last-blocks', count: 12 }), HOSPITAL);
    expect(last.roundSeconds).toBeGreaterThan(voting.roundSeconds);
    expect(last.parameters).toBeGreaterThan(20_000_000);
  });

  it('starts where the private adapter starts', () => {
    const privateAdapter = { kind: 'lora', blocks: { last: 6 } };
    const cost = studyCost(protocolOf({ kind: 'linear-head' }, { privateAdapter }), HOSPITAL);
    expect(cost.roundSeconds).toBeGreaterThan(0);
    expect(cost.firstSeconds).toBeGreaterThan(0);
  });
});
