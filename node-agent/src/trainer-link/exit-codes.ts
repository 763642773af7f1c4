/** How a trainer that ends itself says why; chosen apart from the codes that Node uses. */
export const TRAINER_EXIT = {
  /** The supervisor is gone or has said goodbye. */
  done: 0,
  /** The memory limit was reached between two steps. */
  outOfMemory: 71,
} as const;
