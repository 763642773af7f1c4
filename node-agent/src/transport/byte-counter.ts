/** Counts the bytes of all frames, sealed as they travel, over all connections of this process. */
export interface ByteCounter {
  up: number;
  down: number;
}

export function createByteCounter(): ByteCounter {
  return { up: 0, down: 0 };
}
