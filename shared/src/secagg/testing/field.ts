/** For specs: Shamir's interpolation at zero over GF(2^8) with the polynomial of AES (FIPS 197 section 4.2), digit by digit. */

/** Shares as bytes of the secret's polynomials at a place, which is the last byte. */
export function combineByField(shares: readonly Uint8Array[]): Uint8Array {
  const places = shares.map((share) => share.at(-1) as number);
  const secret = new Uint8Array((shares[0]?.length ?? 1) - 1);
  shares.forEach((share, i) => {
    const basis = places.reduce(
      (product, place, j) =>
        j === i ? product : times(product, times(place, inverse(place ^ (places[i] as number)))),
      1,
    );
    secret.forEach((byte, at) => {
      secret[at] = byte ^ times(share[at] as number, basis);
    });
  });
  return secret;
}

function times(a: number, b: number): number {
  let product = 0;
  for (let factor = a, bits = b; bits > 0; bits >>>= 1) {
    product ^= bits % 2 === 1 ? factor : 0;
    factor = factor < 128 ? factor << 1 : (factor << 1) ^ 0x11b;
  }
  return product;
}

/** a^254. */
function inverse(a: number): number {
  let result = 1;
  for (let i = 0; i < 254; i += 1) {
    result = times(result, a);
  }
  return result;
}
