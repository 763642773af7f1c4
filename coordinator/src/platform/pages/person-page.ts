/** The frame of the pages that the coordinator writes itself: language, style, script, and the words that the script says. */
import { PAGE_LANGUAGES, type PageLanguage } from './page-language.js';

export interface PersonPage {
  readonly language: PageLanguage;
  readonly title: string;
  /** Name of a file below `public/`. */
  readonly script: string;
  /** For `page.mjs`; data, which browsers never run (WHATWG HTML section 4.12.1.1). */
  readonly said: object;
  /** Markup made by `html`. */
  readonly content: string;
  readonly isWide?: boolean;
}

const OTHER: Readonly<Record<PageLanguage, PageLanguage>> = { en: 'de', de: 'en' };

/** @returns a document with nothing inline that runs. */
export function personPage(page: PersonPage): string {
  const { language, title, script, said, content, isWide = false } = page;
  const other = OTHER[language];
  // `</script>` within a text would end the block.
  const words = JSON.stringify(said).replaceAll('<', '\\u003c');
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/console/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/login.css" />
        <script type="application/json" id="said">
          ${new Markup(words)}
        </script>
        <script type="module" src="/${script}"></script>
      </head>
      <body>
        <header>
          <p class="brand">Consilium</p>
          <button id="other-language" type="button" lang="${other}" value="${other}">
            ${PAGE_LANGUAGES[other]}
          </button>
        </header>
        <main class="${isWide ? 'wide' : 'narrow'}">${new Markup(content)}</main>
      </body>
    </html>`;
}

class Markup {
  constructor(readonly text: string) {}
}

/** Markup in which every value is text. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | Markup)[]
): string {
  return String.raw(
    { raw: strings },
    ...values.map((value) => (value instanceof Markup ? value.text : escaped(value))),
  );
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
