/** A study whose rounds go on while it is asked for. */
import type { RoundFigures } from '../figures.js';
import type { SomeRounds } from './read-rounds.js';
import {
  newestSeries,
  ROUNDS_AT_ONCE,
  type SeriesSource,
  type StudySeries,
} from './study-series.js';

const FIGURES = { balancedAccuracy: 0.5, accuracy: 0.5, loss: 1 };

/** Rounds one to `done` are done, the next one is open. Its answers say which rounds were asked for. */
class Study implements SeriesSource {
  readonly asked: number[] = [];
  /** In which hashes begin: another one for a coordinator that was restored. */
  history = 'first';

  constructor(public done: number) {}

  rounds(from: number): Promise<SomeRounds> {
    this.asked.push(from);
    const count = Math.max(0, Math.min(ROUNDS_AT_ONCE, this.done + 1 - from + 1));
    const roundNos = Array.from({ length: count }, (_, i) => from + i);
    const done = roundNos
      .filter((roundNo) => roundNo <= this.done)
      .map((roundNo) => ({ roundNo, adapterCheckpointHash: `${this.history} ${roundNo}` }));
    const [first, last] = [done.find(({ roundNo }) => roundNo === from), done.at(-1)];
    return Promise.resolve({
      figures: this.figuresOf(roundNos),
      count,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
    });
  }

  reported(): Promise<[]> {
    return Promise.resolve([]);
  }

  private figuresOf(roundNos: readonly number[]): RoundFigures {
    const together = roundNos.map((roundNo) => ({
      roundNo: roundNo - 1,
      atMs: 0,
      figures: FIGURES,
    }));
    return { series: { together, sites: [] }, times: new Map(roundNos.map((no) => [no, 10 * no])) };
  }
}

describe('the figures of a study', () => {
  let arrived: StudySeries[];

  beforeEach(() => {
    arrived = [];
  });

  const newest = (study: Study, known?: StudySeries): Promise<StudySeries> =>
    newestSeries(study, known, (part) => {
      arrived.push(part);
    });

  it('come in parts, each of which is shown', async () => {
    const study = new Study(450);
    const whole = await newest(study);
    expect(study.asked).toEqual([1, 201, 401]);
    expect(arrived.map(({ series, isWhole }) => [series.together.length, isWhole])).toEqual([
      [200, false],
      [400, false],
    ]);
    expect(whole.isWhole).toBe(true);
    expect(whole.series.together.map(({ roundNo }) => roundNo)).toEqual(
      Array.from({ length: 451 }, (_, i) => i),
    );
    // The time of a checkpoint stands in the part before the one that begins from it.
    expect(whole.series.together[200]?.atMs).toBe(2000);
  });

  it('are asked for from the newest round on that was done', async () => {
    const study = new Study(450);
    const before = await newest(study);
    study.done = 452;
    const after = await newest(study, before);
    expect(study.asked.slice(3)).toEqual([450]);
    expect(after.series.together).toHaveLength(453);
    expect(after.last?.roundNo).toBe(452);
  });

  it('go on where an answer failed to come', async () => {
    const study = new Study(450);
    await newest(study);
    const whole = await newest(study, arrived[0]);
    expect(study.asked.slice(3)).toEqual([200, 400]);
    expect(whole.series.together).toHaveLength(451);
  });

  it.each([
    ['has gone another way since', 450],
    ['has fewer rounds than before', 420],
  ])('are asked for anew where the coordinator %s', async (_, done) => {
    const study = new Study(450);
    const before = await newest(study);
    Object.assign(study, { history: 'second', done });
    const after = await newest(study, before);
    expect(study.asked.slice(3)).toEqual([450, 1, 201, 401]);
    expect(after.series.together).toHaveLength(done + 1);
    expect(after.last?.adapterCheckpointHash).toBe(`second ${done}`);
  });

  it('of a study without rounds are none', async () => {
    expect(await newest(new Study(-1))).toMatchObject({
      isWhole: true,
      series: { together: [], sites: [] },
    });
  });
});
