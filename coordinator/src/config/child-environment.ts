/** The environment of a program that is started, with more in it: a secret there is in no list of processes. */
export function environmentWith(
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...more };
}
