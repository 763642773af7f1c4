import type { RoundView } from '@consilium/shared/answers';
import { StandInCollector } from '../testing/stand-in-collector.js';
import { roundSpan, type RoundSpan } from './round-spans.js';
import { openSpanSender } from './span-sender.js';

const ROUND = {
  roundNo: 2,
  attempts: [
    {
      attemptId: 'a'.repeat(32),
      attemptNo: 1,
      aggregation: 'secure',
      phase: 'aborted',
      reason: 'Doctor Smith pulled the plug',
      phases: [{ phase: 'advertising', atMs: 1000 }],
      awaited: [],
      openedAtMs: 1000,
      endedAtMs: 1500,
      participants: [],
    },
    {
      attemptId: 'b'.repeat(32),
      attemptNo: 2,
      aggregation: 'secure',
      phase: 'committed',
      phases: [
        { phase: 'advertising', atMs: 2000 },
        { phase: 'collecting', atMs: 2500 },
        { phase: 'committed', atMs: 9000 },
      ],
      awaited: [],
      openedAtMs: 2000,
      endedAtMs: 9000,
      participants: [
        {
          siteId: 'northgate',
          state: 'survivor',
          bytes: 4096,
          weight: 17,
          times: { advertised: 2400, sending: 7000, updated: 8000 },
        },
      ],
    },
  ],
} as unknown as RoundView;

const labelOf = () => '0123456789abcdef';

const outline = ({ name, fromMs, toMs, children }: RoundSpan): unknown[] => [
  ...[name, fromMs, toMs],
  ...(children.length === 0 ? [] : [children.map(outline)]),
];

describe('a round as a trace', () => {
  it('holds its attempts, and in them what the coordinator and the sites did', () => {
    const span = roundSpan('smears', ROUND, labelOf);
    expect(span === undefined ? [] : outline(span)).toEqual([
      ...['round', 1000, 9000],
      [
        ['attempt', 1000, 1500, [['phase advertising', 1000, 1500]]],
        [
          ...['attempt', 2000, 9000],
          [
            ['phase advertising', 2000, 2500],
            ['phase collecting', 2500, 9000],
            ['site wait', 2000, 2400],
            ['site train', 2500, 7000],
            ['site upload', 7000, 8000],
          ],
        ],
      ],
    ]);
  });

  it('names no site, repeats no words of people and counts no pictures', () => {
    const text = JSON.stringify(roundSpan('smears', ROUND, labelOf));
    expect(text).not.toMatch(/northgate|Smith|17/);
    expect(text).toContain('0123456789abcdef');
  });

  it('is none before an attempt has ended', () => {
    const { attempts } = ROUND;
    const open = attempts.slice(1).map((attempt) => ({ ...attempt, endedAtMs: undefined }));
    expect(roundSpan('smears', { roundNo: 2, attempts: open }, labelOf)).toBeUndefined();
  });

  describe('at a collector', () => {
    let collector: StandInCollector;
    let lost: number;

    beforeEach(async () => {
      collector = await StandInCollector.start();
      lost = 0;
    });

    afterEach(() => collector.close());

    async function send(authorization?: string): Promise<void> {
      const { endpoint } = collector;
      const sender = await openSpanSender({
        ...{ endpoint, authorization },
        onLost: (spans) => {
          lost += spans;
        },
      });
      const span = roundSpan('smears', ROUND, labelOf);
      sender.send(span as RoundSpan);
      await sender.close();
    }

    it('arrives as one tree, with its times, its outcome and who sent it', async () => {
      await send('Bearer secret');
      const spans = collector.spans();
      const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      expect(
        spans.map(({ name, parentSpanId, failed }) => [names.get(parentSpanId), name, failed]),
      ).toEqual(
        expect.arrayContaining([
          [undefined, 'round', false],
          ['round', 'attempt', true],
          ['round', 'attempt', false],
          ['attempt', 'site train', false],
        ]),
      );
      expect(spans.find(({ name }) => name === 'site upload')).toMatchObject({
        ...{ fromMs: 7000, toMs: 8000 },
        attributes: {
          'consilium.site': '0123456789abcdef',
          'consilium.site.state': 'survivor',
          'consilium.bytes': 4096,
        },
      });
      expect(collector.resources()).toEqual([
        {
          'service.name': 'consilium-coordinator',
          'service.version': expect.any(String) as string,
        },
      ]);
      expect([...collector.authorizations]).toEqual(['Bearer secret']);
    });

    it('is lost where the collector refuses it, and somebody hears of that', async () => {
      collector.status = 400;
      await send();
      expect(lost).toBe(9);
    });
  });
});
