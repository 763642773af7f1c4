import { decodeFloat } from '../encoding/index.js';
import { acceptanceFileSchema, resolveAcceptance } from './study-file-acceptance.js';

/** What is wrong with the block, by field. */
function faultsOf(block: unknown): string[] {
  const result = acceptanceFileSchema.safeParse(block);
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the acceptance block of a study file', () => {
  it('asks for a vote where the file says nothing', () => {
    const file = acceptanceFileSchema.parse(undefined);
    expect(file).toEqual({ metric: 'balanced-accuracy', tolerance: 0.05 });
  });

  it('asks nobody where it says off', () => {
    expect(resolveAcceptance(acceptanceFileSchema.parse('off'), 3)).toBeUndefined();
  });

  it.each([
    ['another word', 'on'],
    ['another metric', { metric: 'auroc' }],
    ['a tolerance below zero', { tolerance: -0.1 }],
    ['a tolerance that is no number', { tolerance: Number.NaN }],
    ['a norm of zero', { maxNorm: 0 }],
    ['a norm without an end', { maxNorm: Number.POSITIVE_INFINITY }],
    ['a field that it does not know', { quorum: 'half' }],
    ['a list', []],
  ])('refuses %s', (_, block) => {
    expect(faultsOf(block)).not.toEqual([]);
  });

  it('says what it may be when it is neither', () => {
    expect(faultsOf('on')).toEqual([': must be "off", or metric, tolerance and maxNorm']);
  });
});

describe('the bound on the norm', () => {
  const maxNormOf = (block: unknown, clipNorm: number | undefined) => {
    const maxNorm = resolveAcceptance(acceptanceFileSchema.parse(block), clipNorm)?.maxNorm;
    return maxNorm === undefined ? undefined : decodeFloat(maxNorm);
  };

  it('is none where neither the block nor the training names one', () => {
    expect(maxNormOf({}, undefined)).toBeUndefined();
  });

  it('follows from the clipping, with room for rounding', () => {
    expect(maxNormOf({}, 2)).toBe(2 * (1 + 2 ** -10));
  });

  it('is what the block says, whatever the clipping', () => {
    expect(maxNormOf({ maxNorm: 7 }, 2)).toBe(7);
  });
});
