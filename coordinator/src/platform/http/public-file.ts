/** The files of the pages for people, which stand in `public/` beside the sources. */
import { readFileSync } from 'node:fs';

export function publicFile(name: string): string {
  return readFileSync(new URL(`../../../public/${name}`, import.meta.url), 'utf8');
}
