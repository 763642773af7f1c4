/** Which key the log's signatures are held against: the one kept with a checkpoint, else the one that its first entry names. */
import { useQuery } from '@tanstack/react-query';
import { logKeyQuery } from './audit-queries.js';
import { savedCheckpoint } from './saved-checkpoint.js';

export interface LogKey {
  /** 32 bytes in base64. */
  readonly logKey: string;
  /** Since when this browser keeps it; undefined where the coordinator's word is taken. */
  readonly keptSinceMs?: number;
}

/** Undefined until the answer is there. */
export function useLogKey(): LogKey | undefined {
  const saved = savedCheckpoint(localStorage);
  const told = useQuery({ ...logKeyQuery, enabled: saved === undefined });
  if (saved !== undefined) {
    return { logKey: saved.logKey, keptSinceMs: saved.keySinceMs };
  }
  return told.data === undefined ? undefined : { logKey: told.data };
}
