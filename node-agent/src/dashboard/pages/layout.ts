/** The frame of every page: navigation, language, sign-out, and how fresh the page is. No inline script and no inline style. */
import { html, type Html } from '../html.js';
import type { Session } from '../login/sessions.js';
import { timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { LANGUAGES, wordsOf, type Language } from '../words/languages.js';

export interface Frame {
  readonly language: Language;
  readonly words: Words;
  /** The path that is shown, for the navigation and the way back from a change of language. */
  readonly path: string;
  readonly siteName: string;
  /** Absent before somebody has signed in: then there is nothing to navigate to. */
  readonly session?: Session | undefined;
  readonly nowMs: number;
}

const PAGES = [
  ['/', 'now'],
  ['/leaving', 'leaving'],
  ['/data-set', 'dataset'],
  ['/policy', 'policy'],
  ['/receipts', 'receipts'],
] as const;

/** @param live the part that the page asks for again, if it has one. @returns the text of the document */
export function documentText(frame: Frame, title: string, body: Html, live?: Html): string {
  const { language, words, siteName, session } = frame;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${siteName} · ${words.product}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/agent-page.css" />
        <script src="/agent-page.mjs" type="module"></script>
      </head>
      <body>
        <a class="skip" href="#content">${words.skip}</a>
        <header>
          <p class="site"><strong>${siteName}</strong> <span>${words.product}</span></p>
          ${session !== undefined && navigation(frame)}
          <div class="tools">
            ${languages(frame)}${session !== undefined && signOut(words, session)}
          </div>
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${live !== undefined && html`<div id="live">${live}</div>`} ${body}
        </main>
        <footer>${freshness(frame, live !== undefined)}</footer>
      </body>
    </html> `.text;
}

/** The hidden field that each form of a session carries. */
export function formToken({ formToken: token }: Session): Html {
  return html`<input type="hidden" name="form" value="${token}" />`;
}

function navigation({ words, path }: Frame): Html {
  const links = PAGES.map(([to, name]) => {
    const isHere = to === '/' ? path === '/' : path.startsWith(to);
    return isHere
      ? html`<li><a href="${to}" aria-current="page">${words.nav[name]}</a></li>`
      : html`<li><a href="${to}">${words.nav[name]}</a></li>`;
  });
  return html`<nav aria-label="${words.pages}">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

/** A change of language alters nothing but a cookie, so a link does it. */
function languages({ language, words, path }: Frame): Html {
  const links = LANGUAGES.map((each) => {
    const to = `/language?to=${each}&back=${encodeURIComponent(path)}`;
    const name = wordsOf(each).languageName;
    return each === language
      ? html`<span aria-current="true">${name}</span>`
      : html`<a href="${to}" hreflang="${each}" lang="${each}">${name}</a>`;
  });
  return html`<p class="languages" role="group" aria-label="${words.language}">${links}</p>`;
}

function signOut({ signOut: label }: Words, session: Session): Html {
  return html`<form method="post" action="/sign-out">
    ${formToken(session)}<button class="quiet">${label}</button>
  </form>`;
}

function freshness({ words, nowMs }: Frame, isLive: boolean): Html {
  const fixed = words.fresh.fixed.replace('{time}', timeText(words, nowMs));
  return isLive
    ? html`<p id="fresh" data-ago="${words.fresh.ago}" data-lost="${words.fresh.lost}">${fixed}</p>`
    : html`<p>${fixed}</p>`;
}
