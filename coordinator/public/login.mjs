/**
 * The page on which people sign in: password, passkey, or the OpenID provider. It keeps nothing: the session is a cookie that no
 * script can read. Passkeys travel in the browser's own JSON forms (WebAuthn level 3, sections 5.1.8 to 5.1.10).
 */
import { $, ask, inTurn, onClick, onSubmit, said } from './page.mjs';

const wish = new URLSearchParams(location.search);
/** Where a page of this coordinator sent from, and nowhere else: an address below it, never one of another host. */
const back = /^\/console(\/|$)/.test(wish.get('back') ?? '') ? wish.get('back') : null;
/** Some things want a fresh proof of who it is, though the session still holds. */
let mustProve = wish.has('again');
/** What a one-time link carries where no server and no log sees it. */
const LINK = '#link=';

async function standing() {
  const { next, provider } = await ask('GET', '/v1/login');
  return { next: next === 'done' && mustProve ? 'sign-in' : next, provider };
}

async function show() {
  const { next, provider } = await standing();
  if (next === 'done' && back !== null) {
    location.replace(back);
    return;
  }
  if (next === 'done') {
    const { name, roles, rights } = await ask('GET', '/v1/me');
    $('who').textContent = name;
    $('roles').textContent = roles.map((role) => said.roles[role] ?? role).join(', ');
    $('to-acts').hidden = !rights.includes('acts.sign');
  }
  $('provider').textContent = provider ?? '';
  $('sign-in').hidden = next !== 'sign-in';
  $('passkey').hidden = next !== 'passkey';
  $('done').hidden = next !== 'done';
  $('provider').hidden = provider === undefined;
  $('link-details').hidden = provider === undefined;
}

async function signIn() {
  const name = $('name').value;
  const password = $('password').value;
  $('password').value = '';
  await ask('POST', '/v1/login/password', { name, password }, said.password);
  mustProve = false;
}

async function activate() {
  const activation = $('activation').value;
  const password = $('new-password').value;
  $('activation-form').reset();
  await ask('POST', '/v1/activations', { activation, password }, said.activation);
  return said.activated;
}

async function depart(link) {
  const body = link === undefined ? {} : { link };
  const { url } = await ask('POST', '/v1/login/oidc', body, said.link);
  location.assign(url);
}

async function usePasskey() {
  const { options } = await ask('POST', '/v1/login/passkey/options', undefined, said.passkey);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await ask('POST', '/v1/login/passkey', { response: credential.toJSON() }, said.passkey);
  mustProve = false;
}

async function addPasskey() {
  const label = $('label').value;
  const { options } = await ask('POST', '/v1/me/passkeys/options', undefined, said.newPasskey);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  const response = credential.toJSON();
  await ask('POST', '/v1/me/passkeys', { label, response }, said.newPasskey);
  $('passkey-form').reset();
  return said.passkeyAdded;
}

const act = inTurn(show);

onSubmit('password-form', () => act(signIn));
onSubmit('activation-form', () => act(activate));
onSubmit('link-form', () => act(() => depart($('link').value)));
onSubmit('passkey-form', () => act(addPasskey));
onClick('provider', () => act(() => depart()));
onClick('use-passkey', () => act(usePasskey));
onClick('sign-out', () => act(() => ask('POST', '/v1/logout').then(() => '')));

void act(async () => {
  const { hash } = location;
  const hasFailed = hash === '#failed';
  history.replaceState(null, '', location.pathname + location.search);
  if (hash.startsWith(LINK)) {
    await ask('POST', '/v1/login/link', { link: hash.slice(LINK.length) }, said.oneTime);
    mustProve = false;
  }
  return hasFailed ? said.providerFailed : '';
});
