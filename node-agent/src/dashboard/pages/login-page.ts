/** Where people sign in, and where the one-time login sets the password. */
import { html, type Html } from '../html.js';
import type { Words } from '../words/english.js';
import { SHORTEST_PASSWORD } from '../login/password.js';

/** @param fault why the last try did not do. */
export function signInForm({ login }: Words, fault: string | undefined): Html {
  return html`${alert(fault)}
    <form method="post" action="/login" class="card">
      <label
        >${login.password}<input
          type="password"
          name="password"
          required
          autocomplete="current-password"
          autofocus
      /></label>
      <button class="primary">${login.go}</button>
    </form>
    <p>${login.forgotten} <a href="/login/first">${login.firstTitle}</a></p>`;
}

/** @param command that prints a new one-time login. */
export function firstLoginForm({ login }: Words, command: string, fault: string | undefined): Html {
  const password = (name: string, label: string): Html =>
    html`<label
      >${label}<input
        type="password"
        name="${name}"
        required
        minlength="${SHORTEST_PASSWORD}"
        maxlength="256"
        autocomplete="new-password"
    /></label>`;
  return html`${alert(fault)}
    <p>${login.firstWords}</p>
    <p><code>${command}</code></p>
    <form method="post" action="/login/first" class="card">
      <label
        >${login.code}<input name="code" required autocomplete="one-time-code" autofocus
      /></label>
      ${password('password', login.newPassword)}${password('again', login.again)}
      <button class="primary">${login.set}</button>
    </form>`;
}

function alert(fault: string | undefined): Html | false {
  return fault !== undefined && html`<p class="state bad" role="alert">${fault}</p>`;
}
