/** Where a command writes: answers to one stream, words about them to the other, so that answers can be piped. */
export interface Terminal {
  /** To standard output. */
  print(text: string): void;
  /** To standard error. */
  say(text: string): void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours?: boolean;
}
