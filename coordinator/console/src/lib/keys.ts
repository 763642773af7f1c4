/** What happened to keys of sites, from the leaves of the log; and what was read out on the phone against what is here. */

export type KeyEvent = {
  readonly index: number;
  readonly atMs: number;
  readonly siteId: string;
  readonly keyId: string;
} & (
  | { readonly kind: 'enrolled'; readonly by: string }
  | { readonly kind: 'rotated'; readonly oldKeyId: string }
  | { readonly kind: 'revoked'; readonly by: string; readonly reason: string }
);

export const KEY_LEAVES = ['site.enrolled', 'site.key-rotated', 'site.revoked'] as const;

interface KeyLeaf {
  readonly type: string;
  readonly atMs: number;
  readonly siteId: string;
  readonly keyId: string;
  readonly approvedBy?: string;
  readonly oldKeyId?: string;
  readonly by?: string;
  readonly reason?: string;
}

/** In the order of the entries. */
export function keyEvents(
  entries: readonly { readonly index: number; readonly leaf: string }[],
): readonly KeyEvent[] {
  return entries.flatMap(({ index, leaf }): KeyEvent[] => {
    const {
      type,
      atMs,
      siteId,
      keyId,
      approvedBy = '',
      oldKeyId = '',
      by = '',
      reason = '',
    } = JSON.parse(leaf) as KeyLeaf;
    const of = { index, atMs, siteId, keyId };
    switch (type) {
      case 'site.enrolled':
        return [{ ...of, kind: 'enrolled', by: approvedBy }];
      case 'site.key-rotated':
        return [{ ...of, kind: 'rotated', oldKeyId }];
      case 'site.revoked':
        return [{ ...of, kind: 'revoked', by, reason }];
      default:
        return [];
    }
  });
}

export type Heard = 'missing' | 'same' | 'other';

/** How each word that was read out compares with the one that is here. A beginning of the right word is still being typed. */
export function compareWords(here: readonly string[], heard: readonly string[]): readonly Heard[] {
  return here.map((word, i) => {
    const spoken = (heard[i] ?? '').trim().toLowerCase();
    if (spoken === word) {
      return 'same';
    }
    return word.startsWith(spoken) ? 'missing' : 'other';
  });
}

/** Words that were pasted or typed into one field go to the fields after it as well. */
export function spread(heard: readonly string[], at: number, typed: string): readonly string[] {
  const words = typed.split(/[\s,]+/u);
  return heard.map((word, i) =>
    i < at ? word : (words[i - at] ?? (words.length > 1 ? '' : word)),
  );
}
