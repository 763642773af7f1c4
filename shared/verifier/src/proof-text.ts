/** Proofs in words: each hash with what it is made of, so that anybody can compute it again with SHA-256 alone. */
import type {
  ConsistencySteps,
  Gaps,
  InclusionSteps,
  NodeStep,
  RecomputedRound,
} from '@consilium/shared/verify';
import { checkLines, counted, printable } from './report-text.js';

export function inclusionText(proof: InclusionSteps): string {
  const { leafIndex, size, leaf, leafHash, steps, root } = proof;
  return [
    `Leaf ${leafIndex} of ${size}:`,
    `  ${printable(leaf)}`,
    `SHA-256(00 | leaf)   ${leafHash}`,
    ...steps.map(stepLine),
    `Root, signed         ${root}`,
    '',
    proof.holds ? 'The leaf is in the log.' : `NOT SO: ${printable(proof.reason)}.`,
    '',
  ].join('\n');
}

export function consistencyText(proof: ConsistencySteps): string {
  const { oldSize, oldRoot, newSize, newRoot, steps } = proof;
  const more = counted(newSize - oldSize, 'leaf', 'leaves');
  return [
    `Kept: ${counted(oldSize, 'leaf', 'leaves')}, root ${oldRoot}`,
    ...steps.map((step) => `  ${step.tree} tree  ${stepLine(step).trim()}`),
    `Now:  ${counted(newSize, 'leaf', 'leaves')}, root ${newRoot}`,
    '',
    proof.holds
      ? `Nothing was rewritten: the log still begins with its first ${oldSize} leaves, and ${more} came after them.`
      : `THE LOG WAS REWRITTEN: ${printable(proof.reason)}. Keep both checkpoints: they are the proof.`,
    '',
  ].join('\n');
}

export function recomputedText(round: RecomputedRound): string {
  const { roundNo, attemptId, ringSumHash, adapterCheckpointHash, sumRecomputed, holds } = round;
  return [
    `Round ${roundNo}, attempt ${attemptId}`,
    `Ring sum            ${ringSumHash}${sumRecomputed ? ', computed again from the masked updates' : ''}`,
    `Adapter checkpoint  ${adapterCheckpointHash}`,
    ...round.checks.flatMap(checkLines),
    '',
    holds ? 'The round comes out again, to the bit.' : 'THE ROUND DOES NOT COME OUT AGAIN.',
    '',
  ].join('\n');
}

export function gapsText(gaps: Gaps): string {
  const { hiddenLeaves, attemptsWithoutResult, roundsWithoutResult, missingSites } = gaps;
  return [
    ...listed(
      'Leaves that are not shown, as of other studies',
      hiddenLeaves.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`)),
    ),
    ...listed('Rounds without a result', roundsWithoutResult.map(String)),
    ...listed(
      'Attempts without a result',
      attemptsWithoutResult.map(
        ({ roundNo, attemptId, reason }) =>
          `round ${roundNo}, ${attemptId}: ${reason === undefined ? 'not over' : printable(reason)}`,
      ),
    ),
    ...listed(
      'Sites that were asked and are not in what came of it',
      missingSites.map(
        ({ roundNo, attemptId, siteId, state, code }) =>
          `round ${roundNo}, ${attemptId}: ${siteId} ${state}${code === undefined ? '' : `, ${printable(code)}`}`,
      ),
    ),
    'What the log says of itself is taken as it is here: "consilium-verify bundle" checks it.',
    '',
  ].join('\n');
}

function listed(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [`${title}: none`] : [`${title}:`, ...items.map((i) => `  ${i}`)];
}

function stepLine({ left, right, result, given }: NodeStep): string {
  const mark = (side: 'left' | 'right') => (given === side ? ' (given)' : '');
  return `SHA-256(01 | ${left}${mark('left')} | ${right}${mark('right')}) = ${result}`;
}
