/** A step of the verification as a line of text. */
import type { VerificationStep } from '@consilium/shared/verify';

export function stepText(step: VerificationStep): string {
  switch (step.kind) {
    case 'began':
      return 'begins';
    case 'ended':
      return step.result.ok ? 'holds' : 'does not hold';
    case 'file-hash':
      return `${step.path}, ${step.bytes} bytes: SHA-256 ${step.result}`;
    case 'leaf-hash':
      return `leaf ${step.leafIndex}: SHA-256(00, leaf) = ${step.result}`;
    case 'inclusion':
      return `leaf ${step.leafIndex} in ${step.size}: ${nodeText(step)}`;
    case 'consistency':
      return `from ${step.oldSize} to ${step.newSize}, ${step.tree} tree: ${nodeText(step)}`;
    case 'signature':
      return `${placeText(step.place)}: ${step.what} ${step.holds ? 'holds' : 'DOES NOT HOLD'}`;
    case 'recompute':
      return `round ${step.roundNo}, ${step.path}: ${step.done} of ${step.total} numbers`;
  }
}

function nodeText({
  left,
  right,
  result,
}: Extract<VerificationStep, { kind: 'inclusion' | 'consistency' }>): string {
  return `SHA-256(01, ${left}, ${right}) = ${result}`;
}

function placeText(place: Extract<VerificationStep, { kind: 'signature' }>['place']): string {
  return 'path' in place ? place.path : `leaf ${place.leafIndex}`;
}
