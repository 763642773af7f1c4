/** What a trainer may know of the supervisor's environment: nothing that could be a secret. */

/**
 * Where programs and libraries are, where temporary files go, how text and time are shown, how many threads decode images; where
 * TensorFlow's addon and the drivers of a GPU are.
 */
const PASSED_ON = [
  'PATH',
  'LD_LIBRARY_PATH',
  'SystemRoot',
  'TMPDIR',
  'TEMP',
  'LANG',
  'LC_ALL',
  'TZ',
  'UV_THREADPOOL_SIZE',
  'VIPS_CONCURRENCY',
  'CONSILIUM_TENSORFLOW',
  'CUDA_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
] as const;

/** The short list of variables that a trainer starts with. NODE_OPTIONS is not on it: it could load code. */
export function scrubEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
