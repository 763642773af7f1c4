/** What a sentence about a leaf needs of it. A kind that this page does not know yet still has its name, its time and its site. */

export interface FeedFacts {
  readonly type: string;
  readonly atMs: number;
  readonly studyId: string;
  readonly siteId: string;
  readonly operatorId: string;
  /** The person who did it. */
  readonly by: string;
  readonly version: string;
  readonly roundNo: number;
  readonly attemptNo: number;
  readonly sites: readonly string[];
  readonly reason: string;
  readonly what: string;
  readonly rounds: number;
  readonly count: number;
  readonly leaves: number;
}

/** @param leaf canonical JSON of the log */
export function feedFacts(leaf: string): FeedFacts {
  const value = JSON.parse(leaf) as Readonly<Record<string, unknown>>;
  const text = (...names: readonly string[]): string => {
    const found = names.map((name) => value[name]).find((entry) => typeof entry === 'string');
    return typeof found === 'string' ? found : '';
  };
  const number = (name: string): number => (typeof value[name] === 'number' ? value[name] : 0);
  const sites = value['sites'];
  return {
    type: text('type'),
    atMs: number('atMs'),
    studyId: text('studyId'),
    siteId: text('siteId'),
    operatorId: text('operatorId'),
    by: text('by'),
    version: text('version'),
    roundNo: number('roundNo'),
    attemptNo: number('attemptNo'),
    sites: Array.isArray(sites) ? sites.map(String) : [],
    reason: text('reason', 'code', 'because'),
    what: text('what', 'act', 'change'),
    rounds: number('rounds'),
    count: number('count'),
    leaves: number('leaves'),
  };
}
