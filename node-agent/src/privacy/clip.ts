/** Bounds what one site can change: the whole delta is scaled down to an L2 norm. Not differential privacy by itself. */
import { requireFinite, type TensorSet } from '@consilium/shared/tensors';

export interface ClippedDelta {
  readonly delta: TensorSet;
  /** L2 norm over all tensors before clipping. */
  readonly norm: number;
}

/**
 * @param clipNorm the largest norm let through; undefined = any
 * @throws ConsiliumError 'non-finite' naming the tensor when a value is NaN or infinite
 */
export function clipDelta(delta: TensorSet, clipNorm?: number): ClippedDelta {
  requireFinite(delta);
  const norm = l2Norm(delta);
  if (clipNorm === undefined || norm <= clipNorm) {
    return { delta, norm };
  }
  const factor = clipNorm / norm;
  const clipped = [...delta].map(
    ([name, { shape, data }]) => [name, { shape, data: data.map((x) => x * factor) }] as const,
  );
  return { delta: new Map(clipped), norm };
}

function l2Norm(delta: TensorSet): number {
  let squares = 0;
  for (const { data } of delta.values()) {
    for (const value of data) {
      squares += value * value;
    }
  }
  return Math.sqrt(squares);
}
