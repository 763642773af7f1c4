/** Where the checker of a proof stands in the tree, after RFC 9162 sections 2.1.3.2 and 2.1.4.2. Division, not shifts: sizes exceed 32 bits. */

export interface Place {
  /** The number of the node within its level, from the left. */
  readonly node: number;
  /** The number of the level's last node. */
  readonly last: number;
}

/** Whether the proof's next hash belongs on the left: always at the right border, where only left siblings exist. */
export function siblingIsLeft({ node, last }: Place): boolean {
  return node % 2 === 1 || node === last;
}

/** The level of the next sibling: one up, and at the right border past every level where the node has none. */
export function climb({ node, last }: Place): Place {
  let height = 1;
  if (node === last) {
    while (node !== 0 && (node / 2 ** (height - 1)) % 2 === 0) {
      height += 1;
    }
  }
  return { node: Math.floor(node / 2 ** height), last: Math.floor(last / 2 ** height) };
}
