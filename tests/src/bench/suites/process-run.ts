/** What one process measured. */
export interface ProcessRun {
  readonly milliseconds: readonly number[];
  readonly loss: readonly number[];
  readonly peakRssMiB: number;
}
