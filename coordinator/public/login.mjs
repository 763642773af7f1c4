/**
 * The page on which people sign in: password, passkey, or the OpenID provider. It keeps nothing: the session is a cookie that no
 * script can read. Passkeys travel in the browser's own JSON forms (WebAuthn level 3, sections 5.1.8 to 5.1.10).
 */
const $ = (id) => document.getElementById(id);

/** @throws Error with the coordinator's sentence. */
async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    throw new Error(answer.detail ?? 'The coordinator does not answer.');
  }
  return answer;
}

function say(text) {
  $('message').textContent = text;
}

/** What is shown is filled in before it is uncovered, so that nobody reads half a page. */
async function show() {
  const { next, provider } = await ask('GET', '/v1/login');
  if (next === 'done') {
    const { name, roles } = await ask('GET', '/v1/me');
    $('who').textContent = name;
    $('roles').textContent = roles.join(', ');
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
  await ask('POST', '/v1/login/password', { name, password });
}

async function activate() {
  const activation = $('activation').value;
  const password = $('new-password').value;
  $('activation-form').reset();
  await ask('POST', '/v1/activations', { activation, password });
  return 'The account is active: sign in.';
}

async function depart(link) {
  const { url } = await ask('POST', '/v1/login/oidc', link === undefined ? {} : { link });
  location.assign(url);
}

async function usePasskey() {
  const { options } = await ask('POST', '/v1/login/passkey/options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await ask('POST', '/v1/login/passkey', { response: credential.toJSON() });
}

async function addPasskey() {
  const label = $('label').value;
  const { options } = await ask('POST', '/v1/me/passkeys/options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  await ask('POST', '/v1/me/passkeys', { label, response: credential.toJSON() });
  $('passkey-form').reset();
  return 'The passkey is known: from now on it is asked for.';
}

/** Does one thing, then shows what is next; a failure is said in words. */
async function act(work) {
  say('');
  try {
    say((await work()) ?? '');
  } catch (error) {
    say(error.message);
  }
  await show().catch((error) => say(error.message));
}

function onSubmit(id, work) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void act(work);
  });
}

function onClick(id, work) {
  $(id).addEventListener('click', () => void act(work));
}

onSubmit('password-form', signIn);
onSubmit('activation-form', activate);
onSubmit('link-form', () => depart($('link').value));
onSubmit('passkey-form', addPasskey);
onClick('provider', () => depart());
onClick('use-passkey', usePasskey);
onClick('sign-out', () => ask('POST', '/v1/logout'));

void act(async () => {
  const hasFailed = location.hash === '#failed';
  history.replaceState(null, '', location.pathname);
  return hasFailed
    ? 'The provider proved nobody who has an account here. Ask an administrator for a link.'
    : '';
});
