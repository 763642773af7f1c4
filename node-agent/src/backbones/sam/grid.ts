/** Rows and columns of patches. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}
