/** The markup of the page on which people sign in: each part is uncovered by `login.mjs` when it is time for it. */
import type { PageLanguage } from '../platform/pages/page-language.js';
import { html, personPage } from '../platform/pages/person-page.js';
import { loginDe, loginEn, type LoginWords } from './login-words.js';

const WORDS: Readonly<Record<PageLanguage, LoginWords>> = { en: loginEn, de: loginDe };

export function loginPage(language: PageLanguage): string {
  const words = WORDS[language];
  return personPage({
    language,
    title: words.title,
    script: 'login.mjs',
    said: words.said,
    content: contentIn(words),
  });
}

function contentIn(words: LoginWords): string {
  return html`
    <h1>${words.heading}</h1>
    <p id="message" role="status" aria-live="polite"></p>

    <section id="sign-in" hidden>
      <form id="password-form">
        <label for="name">${words.name}</label>
        <input id="name" autocomplete="username" autocapitalize="none" required />
        <label for="password">${words.password}</label>
        <input id="password" type="password" autocomplete="current-password" required />
        <button type="submit">${words.signIn}</button>
      </form>
      <button id="provider" type="button" class="other" hidden></button>
      <details>
        <summary>${words.activateTitle}</summary>
        <form id="activation-form">
          <label for="activation">${words.activation}</label>
          <input id="activation" type="password" autocomplete="one-time-code" required />
          <label for="new-password">${words.newPassword}</label>
          <input id="new-password" type="password" autocomplete="new-password" required />
          <button type="submit">${words.activate}</button>
        </form>
      </details>
      <details id="link-details" hidden>
        <summary>${words.linkTitle}</summary>
        <form id="link-form">
          <label for="link">${words.link}</label>
          <input id="link" type="password" autocomplete="one-time-code" required />
          <button type="submit">${words.linkAndSignIn}</button>
        </form>
      </details>
    </section>

    <section id="passkey" hidden>
      <p>${words.confirm}</p>
      <button id="use-passkey" type="button">${words.usePasskey}</button>
    </section>

    <section id="done" hidden>
      <p>${words.signedInAs} <strong id="who"></strong>: <span id="roles"></span>.</p>
      <p><a href="/console/">${words.toConsole}</a></p>
      <p id="to-acts" hidden><a href="/act">${words.toActs}</a></p>
      <form id="passkey-form">
        <label for="label">${words.passkeyName}</label>
        <input id="label" maxlength="64" required />
        <button type="submit" class="other">${words.addPasskey}</button>
      </form>
      <button id="sign-out" type="button" class="other">${words.signOut}</button>
    </section>
  `;
}
