/** Tables and lists as all pages draw them. */
import { html, type Html, type HtmlValue } from '../html.js';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

/** Scrolls sideways where it is wider than the page, with the keyboard too. @param label names it for a screen reader */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly HtmlValue[])[],
): Html {
  const heads = columns.map(({ title, isNumber }) =>
    isNumber === true
      ? html`<th scope="col" class="number">${title}</th>`
      : html`<th scope="col">${title}</th>`,
  );
  const lines = rows.map(
    (row) =>
      html`<tr>
        ${row.map((value, place) => cell(value, columns[place]))}
      </tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

/** Labels and what stands beside them. */
export function facts(lines: readonly (readonly [label: string, value: HtmlValue])[]): Html {
  return html`<dl>
    ${lines.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export function sentences(lines: readonly string[]): Html {
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

/** A long hash or key, which may break anywhere. */
export function code(text: string): Html {
  return html`<code>${text}</code>`;
}

function cell(value: HtmlValue, column: Column | undefined): Html {
  return column?.isNumber === true
    ? html`<td class="number">${value}</td>`
    : html`<td>${value}</td>`;
}
