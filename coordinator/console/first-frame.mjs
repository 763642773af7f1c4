/**
 * Puts the links to style sheets behind the frame that `index.html` draws: a browser paints what stands before such a link without
 * waiting for it, and runs no module before the sheet is there (WHATWG HTML sections 4.2.4 and 8.1.4.2).
 */
const SHEETS = /\s*<link rel="stylesheet"[^>]*>/g;
/** The styles that components make while they run stand in it, and must come after the sheets. */
const ROOT = /\s*<div id="root">/;

export function firstFrame() {
  return {
    name: 'first-frame',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => {
        const sheets = html.match(SHEETS) ?? [];
        return html.replace(SHEETS, '').replace(ROOT, (root) => `${sheets.join('')}${root}`);
      },
    },
  };
}
