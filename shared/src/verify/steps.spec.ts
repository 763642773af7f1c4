/** A verification is watched while it goes on. */
import { sha256 } from '../crypto/index.js';
import { concatBytes, fromHex, toHex } from '../encoding/index.js';
import { bundleFromFiles } from './bundle-source.js';
import { CHECKS } from './checks.js';
import { recomputeRound } from './recompute-one-round.js';
import type { VerificationStep } from './steps.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const { files } = playSampleStudy();
const source = bundleFromFiles(files);

function stepsOf(verify: (observer: (step: VerificationStep) => void) => void): VerificationStep[] {
  const steps: VerificationStep[] = [];
  verify((step) => steps.push(step));
  return steps;
}

describe('a verification that somebody watches', () => {
  const report = verifyBundle(source);
  let watched: unknown;
  const steps = stepsOf((observer) => {
    watched = verifyBundle(source, {}, observer);
  });

  it('comes to the same report', () => {
    expect(watched).toEqual(report);
  });

  it('begins and ends each check in its order, with the result of the report', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(steps.filter(({ kind }) => kind === 'began').map(({ check }) => check)).toEqual(names);
    const results = steps.flatMap((step) => (step.kind === 'ended' ? [step.result] : []));
    expect(results).toEqual(report.checks);
  });

  it('goes on from 0 to 1 and never back', () => {
    const progress = steps.map((step) => step.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
  });

  it('shows hashes that anybody can compute again, each on top of the one before', () => {
    const nodes = steps.filter((step) => step.kind === 'inclusion' || step.kind === 'consistency');
    expect(nodes.length).toBeGreaterThan(20);
    for (const { left, right, result } of nodes) {
      const node = sha256(Uint8Array.of(1), concatBytes(fromHex(left), fromHex(right)));
      expect(toHex(node)).toBe(result);
    }
    const ofLeaf = nodes.filter((step) => step.kind === 'inclusion' && step.leafIndex === 2);
    let hash = steps.flatMap((s) =>
      s.kind === 'leaf-hash' && s.leafIndex === 2 ? [s.result] : [],
    )[0];
    for (const step of ofLeaf) {
      expect(step.given === 'left' ? step.right : step.left).toBe(hash);
      hash = step.result;
    }
  });

  it('tells of each file, of each signature and whether it holds', () => {
    const hashed = steps.flatMap((step) => (step.kind === 'file-hash' ? [step.path] : []));
    expect(hashed).toHaveLength(files.length - 1);
    const forged = files.map(({ path, bytes }) => ({ path, bytes: bytes.slice() }));
    const key = { coordinatorKey: new Uint8Array(32).fill(9) };
    const seen = stepsOf((observer) => verifyBundle(bundleFromFiles(forged), key, observer));
    const holds = (all: readonly VerificationStep[]): unknown[] =>
      all.flatMap((step) => (step.kind === 'signature' ? [step.holds] : []));
    expect(new Set(holds(steps))).toEqual(new Set([true]));
    expect(holds(seen)).toContain(false);
  });
});

describe('one round again', () => {
  it('comes to the adapter that the log names', () => {
    const steps = stepsOf((observer) => {
      const round = recomputeRound(source, 2, {}, observer);
      // The updates of a plain study are not in a bundle.
      expect(round).toMatchObject({ roundNo: 2, holds: true, sumRecomputed: false });
    });
    expect(steps.some(({ kind, check }) => kind === 'recompute' && check === 'adapters')).toBe(
      true,
    );
  });

  it('does not where its ring sum was altered, while another round still does', () => {
    const attemptId = recomputeRound(source, 2).attemptId;
    const path = `attempts/${attemptId}/ring-sum.bin`;
    const changed = files.map((file) =>
      file.path === path ? { path, bytes: file.bytes.map((byte) => byte ^ 1) } : file,
    );
    const round = recomputeRound(bundleFromFiles(changed), 2);
    expect(round.holds).toBe(false);
    expect(round.checks.flatMap(({ failures }) => failures)).toContainEqual(
      expect.objectContaining({ path, what: expect.stringMatching(/^hash in leaf/) as string }),
    );
    expect(recomputeRound(bundleFromFiles(changed), 1).holds).toBe(true);
  });

  it('is refused for a round that the log has no result of', () => {
    expect(() => recomputeRound(source, 99)).toThrow(refusal('not-found'));
    expect(() => recomputeRound(bundleFromFiles([]), 1)).toThrow(refusal('bundle-invalid'));
  });
});
