/** The second step of a withdrawal: what will be deleted on this machine, by name and size, and what stays. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../config/durable-file.js';
import { studyFolder } from '../../config/home.js';
import { readStudy } from '../../participation/study-view.js';
import { requireKnownStudy, withdrawSite } from '../../participation/switches.js';
import { html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import { sizeText } from '../words/format.js';
import { formToken } from './layout.js';

interface Contents {
  readonly files: number;
  readonly bytes: number;
}

/** @throws ConsiliumError 'not-found' */
export async function withdrawPage({ site, words, session, parts }: Asked): Promise<Answer> {
  const { withdraw } = words;
  const { protocol, state } = await readStudy(site.home, parts['study'] ?? '');
  const { folder, cacheFolder } = studyFolder(site.home, state.studyId);
  const places = [
    { path: folder, title: withdraw.adapters },
    { path: cacheFolder, title: withdraw.cache },
  ];
  const rows = await Promise.all(
    places.map(async ({ path, title }) => {
      const { files, bytes } = await contentsOf(path);
      return html`<li>
        ${title}<br /><code>${path}</code><br />${withdraw.files(files, sizeText(words, bytes))}
      </li>`;
    }),
  );
  const body = html`<p class="state bad">${withdraw.final}</p>
    <h2>${withdraw.deleted}</h2>
    <ul>
      ${rows}
    </ul>
    ${protocol.privateAdapter !== undefined && html`<p>${withdraw.own}</p>`}
    <h2>${withdraw.stays}</h2>
    <p>${withdraw.staysWords}</p>
    <p>${withdraw.told}</p>
    <div class="choice">
      <a class="button calm" href="/">${withdraw.cancel}</a>
      <form method="post" action="/withdraw/${state.studyId}">
        ${formToken(session)}<button class="danger">${withdraw.go}</button>
      </form>
    </div>`;
  return { kind: 'page', title: withdraw.title(protocol.title), body };
}

/** @throws ConsiliumError 'not-found' */
export async function withdrawNow({ site, parts }: Asked): Promise<Answer> {
  await withdrawSite(site.home, requireKnownStudy(site.home, parts['study'] ?? ''));
  return { kind: 'redirect', to: '/' };
}

/** Of a folder that may be written to meanwhile: what goes away while it is counted counts as nothing. */
async function contentsOf(folder: string): Promise<Contents> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return { files: 0, bytes: 0 };
    }
    throw error;
  }
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => sizeOf(join(entry.parentPath, entry.name))),
  );
  const there = sizes.filter((size) => size !== undefined);
  return { files: there.length, bytes: there.reduce((sum, size) => sum + size, 0) };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
