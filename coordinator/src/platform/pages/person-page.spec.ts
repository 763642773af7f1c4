import { html, personPage } from './person-page.js';

const HOSTILE = '"><img src=x> & </script>';

describe('the frame of a page', () => {
  const page = personPage({
    language: 'de',
    title: HOSTILE,
    script: 'login.mjs',
    said: { wrong: HOSTILE },
    content: html`<p>${HOSTILE}</p>`,
  });

  it('names its language and offers the other one', () => {
    expect(page).toContain('<html lang="de">');
    expect(page).toMatch(/lang="en" value="en">\s*English\s*</);
  });

  it('has texts that stay texts', () => {
    expect(page).not.toContain('<img');
    expect(page).toContain('<p>&quot;&gt;&lt;img src=x&gt; &amp; &lt;/script&gt;</p>');
  });

  it('hands its script words that no text of theirs can end', () => {
    const [, block = ''] = /id="said">([^]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(block)).toEqual({ wrong: HOSTILE });
  });
});
