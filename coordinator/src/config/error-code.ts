/**
 * The `code` that Node and database drivers put on their errors: ENOENT, EADDRINUSE, 40001, SQLITE_FULL.
 * @returns '' if there is none. Looks at the shape, since an error may come from another realm or be no Error at all.
 */
export function errorCode(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
