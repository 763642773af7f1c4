/** The script, the stylesheet and the icon of the agent page, which stand in `public/` beside the sources. */
import { readFile } from 'node:fs/promises';

const TYPES: Readonly<Record<string, string>> = {
  'agent-page.css': 'text/css; charset=utf-8',
  'agent-page.mjs': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export interface PublicFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** By the path that they are served under. Read once, when the page is opened. */
export async function readPublicFiles(): Promise<ReadonlyMap<string, PublicFile>> {
  const files = Object.entries(TYPES).map(async ([name, type]) => {
    const bytes = await readFile(new URL(`../../public/${name}`, import.meta.url));
    return [`/${name}`, { type, bytes }] as const;
  });
  return new Map(await Promise.all(files));
}
