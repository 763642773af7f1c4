/** What a leaf is about: the rows by which it is found. */

export interface LeafSubject {
  readonly siteId: string;
  readonly leafIndex: number;
  readonly type: string;
  readonly atMs: number;
  readonly studyId: string;
  readonly roundNo: number;
}

/** The parts of any leaf that say whom it is about. */
export interface SubjectsOfLeaf {
  readonly type: string;
  readonly atMs: number;
  readonly studyId?: string | undefined;
  readonly roundNo?: number;
  readonly siteId?: string;
  readonly sites?: readonly string[];
  /** Whose shares a site complains of. */
  readonly dealer?: string | undefined;
}

/** @returns the row of the leaf itself first, then one for each site that it names. */
export function subjectsOf(leafIndex: number, leaf: SubjectsOfLeaf): LeafSubject[] {
  const { type, atMs, studyId = '', roundNo = 0, siteId = '', sites = [], dealer = '' } = leaf;
  const named = new Set(['', siteId, dealer, ...sites]);
  return [...named].map((site) => ({ siteId: site, leafIndex, type, atMs, studyId, roundNo }));
}
