/**
 * The checkpoint that this browser keeps of a log, and with it the log's key: trust on first use. Later checkpoints are held
 * against both, whatever the coordinator says then.
 */

export interface SavedCheckpoint {
  /** C2SP signed note. */
  readonly note: string;
  /** 32 bytes in base64. */
  readonly logKey: string;
  readonly size: number;
  readonly savedAtMs: number;
  /** Since when this browser takes this key and no other. */
  readonly keySinceMs: number;
}

/** `localStorage` is such a thing. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEPT = 'consilium-checkpoint';

/** @returns undefined where none is kept, or where what is kept is unreadable */
export function savedCheckpoint(store: Store): SavedCheckpoint | undefined {
  const text = store.getItem(KEPT);
  const value = text === null ? undefined : parseJson(text);
  return isSaved(value) ? value : undefined;
}

export function saveCheckpoint(store: Store, saved: Omit<SavedCheckpoint, 'keySinceMs'>): void {
  const before = savedCheckpoint(store);
  const keySinceMs = before?.logKey === saved.logKey ? before.keySinceMs : saved.savedAtMs;
  store.setItem(KEPT, JSON.stringify({ ...saved, keySinceMs }));
}

export function forgetCheckpoint(store: Store): void {
  store.removeItem(KEPT);
}

function isSaved(value: unknown): value is SavedCheckpoint {
  const { note, logKey, size, savedAtMs, keySinceMs } = (value ?? {}) as Partial<SavedCheckpoint>;
  const texts = [note, logKey];
  const numbers = [size, savedAtMs, keySinceMs];
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => Number.isSafeInteger(number))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody wrote something else there; it is no checkpoint.
    return undefined;
  }
}
