/** The markup of the page on which people sign acts: each part is uncovered by `act.mjs` when it is time for it. */
import type { PageLanguage } from '../platform/pages/page-language.js';
import { html, personPage } from '../platform/pages/person-page.js';
import { actDe, actEn, type ActWords } from './act-words.js';

const WORDS: Readonly<Record<PageLanguage, ActWords>> = { en: actEn, de: actDe };

export function actPage(language: PageLanguage): string {
  const words = WORDS[language];
  return personPage({
    language,
    title: words.title,
    script: 'act.mjs',
    said: words.said,
    content: contentIn(words),
    isWide: true,
  });
}

function contentIn(words: ActWords): string {
  return html`
    <h1>${words.heading}</h1>
    <p id="message" role="status" aria-live="polite"></p>

    <section id="stranger" hidden>
      <p id="why"></p>
      <button id="sign-in" type="button">${words.signIn}</button>
    </section>

    <section id="wish" hidden>
      <h2>${words.wishTitle}</h2>
      <form id="wish-form">
        <label for="study">${words.study}</label>
        <select id="study"></select>
        <p id="standing"></p>
        <label for="kind">${words.act}</label>
        <select id="kind"></select>
        <div id="words" hidden>
          <label for="text">${words.text}</label>
          <textarea id="text" rows="5" maxlength="2000"></textarea>
        </div>
        <button type="submit">${words.prepare}</button>
      </form>
    </section>

    <section id="prepared" hidden aria-labelledby="prepared-title">
      <h2 id="prepared-title">${words.preparedTitle}</h2>
      <blockquote>
        <p id="meaning" lang="en"></p>
        <p id="statement" class="words"></p>
      </blockquote>
      <p id="gloss"></p>
      <p class="buttons">
        <button id="confirm" type="button">${words.confirm}</button>
        <button id="cancel" type="button" class="other">${words.cancel}</button>
      </p>
    </section>

    <section id="keys" hidden>
      <h2>${words.keysTitle}</h2>
      <p>${words.keysExplain}</p>
      <ul id="passkeys"></ul>
      <p><a href="/console/account">${words.addPasskey}</a></p>
    </section>

    <section id="signed" hidden>
      <h2>${words.signedTitle}</h2>
      <ol id="acts"></ol>
    </section>

    <p><a href="/console/">${words.toConsole}</a></p>
  `;
}
