/**
 * One HTML file that verifies itself: the page that the console's build made, and in it the files of a bundle. Opened from disk
 * it needs no network, and its content security policy lets it have none. Its verdict is worth as much as the page: who doubts
 * where the file came from takes the bundle and `consilium-verify`.
 */
import { toBase64 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { BundleFile } from './bundle-source.js';

/** Where the page has its documents: the text of a script element that is no script. */
const PLACE = '"consilium-bundle"';

/** A file that is too large for the page: it is named there with its size, and what hangs on it is not verified there. */
export interface LeftOutFile {
  readonly path: string;
  readonly bytes: number;
}

/** What the page finds in itself. */
export interface PageDocuments {
  readonly v: 1;
  /** `content` in base64. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly leftOut: readonly LeftOutFile[];
}

export interface PageLimits {
  /** Of all files together, before base64 makes them a third longer. Documents come first, then the smallest. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 64 * 1024 * 1024;
/** A multiple of 3, so that no piece but the last is padded. */
const PIECE_BYTES = 3 * 2 ** 14;

/**
 * @param template `self-verifying.html` of the console's build
 * @param files of a bundle, `bundle.json` among them
 * @throws ConsiliumError 'bad-request' when the template is another file
 */
export function selfVerifyingHtml(
  template: string,
  files: readonly BundleFile[],
  { mostBytes = MOST_BYTES }: PageLimits = {},
): string {
  const parts = template.split(PLACE);
  if (parts.length !== 2) {
    const found = `${parts.length - 1} places for a bundle`;
    throw new ConsiliumError(
      'bad-request',
      `page that verifies itself: expected one, found ${found}`,
    );
  }
  return parts.join(documentsOf(files, mostBytes));
}

function documentsOf(files: readonly BundleFile[], mostBytes: number): string {
  const sorted = [...files].sort((a, b) => rank(a) - rank(b) || a.bytes.length - b.bytes.length);
  const kept: PageDocuments['files'][number][] = [];
  const leftOut: LeftOutFile[] = [];
  let bytes = 0;
  for (const { path, bytes: content } of sorted) {
    bytes += content.length;
    if (bytes > mostBytes) {
      leftOut.push({ path, bytes: content.length });
    } else {
      kept.push({ path, content: textOf(content) });
    }
  }
  const documents: PageDocuments = { v: 1, files: kept, leftOut };
  // No path of a bundle and no base64 has a "<"; a hostile path could, and would end the element.
  return JSON.stringify(documents).replaceAll('<', '\\u003c');
}

/** Piece by piece: one string that grows by four characters at a time takes many times its size. */
function textOf(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(toBase64(bytes.subarray(at, at + PIECE_BYTES)));
  }
  return pieces.join('');
}

/** Documents before vectors. */
function rank({ path }: BundleFile): number {
  return path.endsWith('.json') ? 0 : 1;
}
