/** Where a command writes: answers to one stream, words about them to the other, so that answers can be piped. */
export interface Terminal {
  /** To standard output. */
  readonly print: (text: string) => void;
  /** To standard error. */
  readonly say: (text: string) => void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours?: boolean;
  /** How large the terminal on standard output is now; absent where there is none that lines can be drawn over on. */
  readonly screen?: () => { readonly columns: number; readonly rows: number };
  /** Whether a person sits there who can be asked. */
  readonly canAsk?: boolean;
  /** Set off when the person breaks the run off. */
  readonly signal?: AbortSignal;
  /** The person's own settings; none are read if not given. */
  readonly settingsFile?: string;
}
