import { html } from './html.js';

describe('a template', () => {
  it('escapes whatever is put into it, but for what came out of a template', () => {
    const hostile = `<script>alert("1")</script>&'`;
    const inner = html`<b title="${hostile}">${hostile}</b>`;
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;';
    expect(inner.text).toBe(`<b title="${escaped}">${escaped}</b>`);
    expect(html`<p>${[inner, 3, undefined, false]}</p>`.text).toBe(`<p>${inner.text}3</p>`);
  });
});
