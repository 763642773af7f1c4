/**
 * Pages as text that is escaped by construction: whatever is put into a template is escaped unless it came out of one. The only way
 * to make an Html is the tag below, so no string of a study or a coordinator becomes markup (OWASP XSS Prevention, rules 1 and 2:
 * values stand in element content and in quoted attributes only).
 */

/** Markup that was made by `html`. */
export class Html {
  private constructor(readonly text: string) {}

  /** For the tag alone. */
  static ofTemplate(strings: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(
      strings.map((text, i) => (i === 0 ? text : markupOf(values[i - 1]) + text)).join(''),
    );
  }
}

/** Nothing is drawn for undefined and false, so that a part may be left out by a condition. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.ofTemplate(strings, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) {
    return '';
  }
  if (value instanceof Html) {
    return value.text;
  }
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
  }
  return value.map(markupOf).join('');
}
