/**
 * The page on which people sign acts: what they can sign of a study, what it means in words, and the confirmation by a passkey
 * that is registered as a key of theirs. The coordinator never has that key, so it can neither make nor alter an act.
 */
import { $, ask, filled, inTurn, onClick, onSubmit, said } from './page.mjs';
import { meaningOf, signWithPasskey } from './signing.mjs';

/** What was prepared and is on the screen; undefined while there is nothing to confirm. */
let prepared;
/** The passkeys that sign for the person, as the coordinator lists them. */
let signers = [];

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.append(text, ...children);
  return made;
}

/** The choices of a list, the chosen one kept where it is still there. */
function fill(select, choices) {
  const chosen = select.value;
  select.replaceChildren(
    ...choices.map(([value, text]) => {
      const option = element('option', text);
      option.value = value;
      return option;
    }),
  );
  select.value = choices.some(([value]) => value === chosen) ? chosen : (choices[0]?.[0] ?? '');
}

/** @returns why the person cannot sign here, or undefined. */
async function obstacle() {
  const { next } = await ask('GET', '/v1/login');
  if (next !== 'done') {
    return said.signInFirst;
  }
  const { rights } = await ask('GET', '/v1/me');
  return rights.includes('acts.sign') ? undefined : said.noRight;
}

async function show() {
  let why;
  try {
    why = await obstacle();
    await (why === undefined ? showAll() : undefined);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    why = said.signInAgain;
  }
  $('why').textContent = why ?? '';
  $('stranger').hidden = why === undefined;
  if (why !== undefined) {
    for (const id of ['keys', 'wish', 'prepared', 'signed']) {
      $(id).hidden = true;
    }
  }
}

async function showAll() {
  const [passkeys, keys, studies] = await Promise.all(
    ['/v1/me/passkeys', '/v1/me/keys', '/v1/studies'].map((path) => ask('GET', path)),
  );
  showKeys(passkeys, keys);
  fill(
    $('study'),
    studies.map(({ studyId, title }) => [studyId, `${studyId}: ${title}`]),
  );
  const study = studies.find(({ studyId }) => studyId === $('study').value);
  const acts = study === undefined ? [] : await ask('GET', `/v1/studies/${study.studyId}/acts`);
  showStudy(study);
  $('acts').replaceChildren(...acts.map(toItem));
  $('meaning').textContent = prepared?.meaning ?? '';
  $('statement').textContent = prepared?.text ?? '';
  $('gloss').textContent =
    prepared === undefined ? '' : filled(said.meaning[prepared.act], prepared.subject);
  $('keys').hidden = false;
  $('wish').hidden = study === undefined || prepared !== undefined;
  $('prepared').hidden = prepared === undefined;
  $('signed').hidden = acts.length === 0;
}

function showKeys(passkeys, keys) {
  const states = new Map(keys.map(({ keyId, removedAtMs }) => [keyId, removedAtMs === undefined]));
  signers = passkeys.filter(({ keyId }) => states.get(keyId) === true);
  $('passkeys').replaceChildren(
    ...passkeys.map((passkey) => {
      const { label, keyId } = passkey;
      const name = `${label} (${keyId}) `;
      if (states.has(keyId)) {
        return element('li', name, states.get(keyId) ? said.signsForYou : said.wasRemoved);
      }
      const button = element('button', said.register);
      button.type = 'button';
      button.addEventListener('click', () => turn(() => register(passkey)));
      return element('li', name, button);
    }),
  );
}

function showStudy(study) {
  if (study === undefined) {
    return;
  }
  const { phase, rounds, protocolHash } = study;
  $('standing').textContent = filled(said.standing, {
    ...rounds,
    phase: said.phases[phase] ?? phase,
    hash: protocolHash,
  });
  const kinds = Object.entries(said.kinds);
  fill(
    $('kind'),
    kinds.filter(([kind]) => kind !== 'adapter-accepted' || rounds.committed > 0),
  );
  showWords();
}

function showWords() {
  const isStatement = $('kind').value === 'statement';
  $('text').required = isStatement;
  $('words').hidden = !isStatement;
}

function toItem({ leafIndex, signed }) {
  const { meaning, operatorId, text } = signed.body;
  const sentence = element('span', meaning);
  sentence.lang = 'en';
  const lead = filled(said.leaf, { leaf: leafIndex, person: operatorId });
  const item = element('li', element('p', lead, sentence));
  if (text !== undefined) {
    const words = element('p', text);
    words.className = 'words';
    item.append(words);
  }
  return item;
}

async function register(passkey) {
  const { publicKey } = passkey;
  const claim = await ask('POST', '/v1/me/keys/claims', { kind: 'webauthn', publicKey });
  if (claim.publicKey !== publicKey) {
    throw new Error(said.otherKey);
  }
  const signed = await signWithPasskey('person-key', claim, [passkey]);
  await ask('POST', '/v1/me/keys', signed, said.keyRefused);
  return said.registered;
}

async function prepare() {
  const [studyId, act, text] = ['study', 'kind', 'text'].map((id) => $(id).value.trim());
  const wish = act === 'statement' ? { act, text } : { act };
  const refusals = {
    'wrong-state': filled(said.prepareRefused['wrong-state'], { study: studyId }),
  };
  const body = await ask('POST', `/v1/studies/${studyId}/acts/preparations`, wish, refusals);
  const isAsked =
    body.act === act &&
    body.subject.studyId === studyId &&
    (act !== 'statement' || body.text === text) &&
    body.meaning === meaningOf(body);
  if (!isAsked) {
    throw new Error(said.otherAct);
  }
  prepared = body;
}

async function confirm() {
  if (signers.length === 0) {
    throw new Error(said.registerFirst);
  }
  const body = prepared;
  const signed = await signWithPasskey('act', body, signers);
  const path = `/v1/studies/${body.subject.studyId}/acts`;
  const { leafIndex } = await ask('POST', path, signed, said.signRefused);
  prepared = undefined;
  $('text').value = '';
  return filled(said.signed, { leaf: leafIndex });
}

function putAway() {
  prepared = undefined;
}

/** A session that is too old proves nobody: the next one begins with the password. */
async function signIn() {
  const { next } = await ask('GET', '/v1/login');
  if (next === 'done') {
    await ask('POST', '/v1/logout');
  }
  location.assign('/login');
}

const turn = inTurn(show);

onSubmit('wish-form', () => turn(prepare));
onClick('confirm', () => turn(confirm));
onClick('cancel', () => turn(async () => putAway()));
onClick('sign-in', () => turn(signIn));
$('study').addEventListener('change', () => turn(async () => putAway()));
$('kind').addEventListener('change', showWords);

void turn(async () => '');
