/**
 * Shamir's sharing of a secret over GF(2^8), by shamir-secret-sharing: a share is a byte for each byte of the secret, then the
 * place of the polynomial that it is the value at. Nothing in a share tells whether it is genuine: commitments must.
 */
import { combine, split } from 'shamir-secret-sharing';

export interface Sharing {
  /** How many shares to make, from `threshold` to 255. */
  readonly shares: number;
  /** How many shares give the secret back, at least 2; fewer say nothing about it. */
  readonly threshold: number;
}

/** @returns shares one byte longer than the secret. @throws RangeError when the numbers are out of range */
export async function splitSecret(
  secret: Uint8Array,
  { shares, threshold }: Sharing,
): Promise<Uint8Array[]> {
  if (!Number.isInteger(threshold) || threshold < 2 || !(shares >= threshold && shares <= 255)) {
    throw new RangeError(
      `${threshold} of ${shares} shares: expected 2 <= threshold <= shares <= 255`,
    );
  }
  return split(Uint8Array.from(secret), shares, threshold);
}

/**
 * The secret that the shares lie on: the one that was split if they are genuine and enough, else any bytes.
 * @returns undefined when no polynomial goes through them: two name one place, or their lengths differ.
 */
export async function combineShares(
  shares: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  const [first] = shares;
  const places = new Set(shares.map((share) => share.at(-1)));
  const isConsistent =
    first !== undefined &&
    shares.length >= 2 &&
    first.length >= 2 &&
    places.size === shares.length &&
    !places.has(0) &&
    shares.every(({ length }) => length === first.length);
  return isConsistent ? combine(shares.map((share) => Uint8Array.from(share))) : undefined;
}
