/** What a site holds against a coordinator that has its own mind about what the sites accepted, and the bugs that take one of it away. */

export interface Defences {
  /** A result needs the votes of more than half of the sites of its sum. */
  readonly asksForVotes: boolean;
  readonly verifiesSignatures: boolean;
  /** Each site's vote counts once. */
  readonly countsSitesOnce: boolean;
  /** Sites that are not in the sum have no vote. */
  readonly knowsWhoVotes: boolean;
  /** A vote is about one record. */
  readonly knowsWhatIsVotedOn: boolean;
  /** A vote that refuses is none that accepts. */
  readonly readsVerdicts: boolean;
  /** More than half; else half is enough. */
  readonly needsMoreThanHalf: boolean;
  /** The table of sites has no way from `voted` to another vote. */
  readonly votesOnce: boolean;
  /** The vote is in the journal before it is sent. */
  readonly journalsVote: boolean;
  /** The survivors of the record are those that the site endorsed. */
  readonly knowsSurvivors: boolean;
  /** The adapter checkpoint is computed again from the ring sum. */
  readonly recomputes: boolean;
  readonly boundsNorm: boolean;
  /** A manifest and a record start from the adapter checkpoint that this site computed. */
  readonly knowsBase: boolean;
  /** The groups are those that follow from study and cohort. */
  readonly drawsGroups: boolean;
}

export const SOUND: Defences = {
  asksForVotes: true,
  verifiesSignatures: true,
  countsSitesOnce: true,
  knowsWhoVotes: true,
  knowsWhatIsVotedOn: true,
  readsVerdicts: true,
  needsMoreThanHalf: true,
  votesOnce: true,
  journalsVote: true,
  knowsSurvivors: true,
  recomputes: true,
  boundsNorm: true,
  knowsBase: true,
  drawsGroups: true,
};

export const PLANTED = {
  'a result needs no votes': { ...SOUND, asksForVotes: false },
  'signatures of votes are not verified': { ...SOUND, verifiesSignatures: false },
  'a vote counts as often as it is shown': { ...SOUND, countsSitesOnce: false },
  'sites that are not in the sum vote too': { ...SOUND, knowsWhoVotes: false },
  'a vote counts for whatever record': { ...SOUND, knowsWhatIsVotedOn: false },
  'a refusal counts as a vote': { ...SOUND, readsVerdicts: false },
  'half of the sites are enough': { ...SOUND, needsMoreThanHalf: false },
  'votes again on another candidate': { ...SOUND, votesOnce: false },
  'forgets that it voted': { ...SOUND, journalsVote: false },
  'believes the record about the survivors': { ...SOUND, knowsSurvivors: false },
  'takes the adapter that the record names': { ...SOUND, recomputes: false },
  'no bound on the norm': { ...SOUND, boundsNorm: false },
  'starts from any adapter': { ...SOUND, knowsBase: false },
  'sums any groups': { ...SOUND, drawsGroups: false },
} satisfies Readonly<Record<string, Defences>>;

export type PlantedBug = keyof typeof PLANTED;
