/** What the pages of people have in common: words, asking the coordinator, saying what happened, one thing after the other. */
export const $ = (id) => document.getElementById(id);

/** What the page says, in its language; the coordinator wrote it into the page. */
export const said = JSON.parse($('said').textContent);

/** The console keeps the language in the same cookie; it holds nothing else. */
const LANGUAGE_COOKIE = 'consilium-language';
const A_YEAR_S = 365 * 24 * 3600;

/** @param values for the names in braces. */
export function filled(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** Sentences of the coordinator itself are English. */
class ToldInEnglish extends Error {}

/**
 * @param refusals what to say of a refusal, by its code; of other codes the coordinator's own sentence is told.
 * @throws Error with that sentence, and the `status`.
 */
export async function ask(method, path, body, refusals = {}) {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error(said.unreachable);
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    throw Object.assign(refusalOf(answer, refusals), { status: response.status });
  }
  return answer;
}

function refusalOf({ code, detail, evidence = {} }, refusals) {
  const seconds = evidence.seconds ?? evidence.retryAfterSeconds;
  if (code === 'quota-exceeded' && seconds !== undefined) {
    return new Error(filled(said.tryIn, { seconds }));
  }
  const ours = refusals[code] ?? said.refused[code];
  return ours === undefined ? new ToldInEnglish(detail ?? said.unreachable) : new Error(ours);
}

/**
 * @param show fills in what there is to see and then uncovers it, so that nobody reads half a page.
 * @returns a function that does a thing, shows what is next, and says how it went; things wait for those before them.
 */
export function inTurn(show) {
  const say = (text, language) => {
    $('message').lang = language;
    $('message').textContent = text;
  };
  let before = Promise.resolve();
  const run = async (work) => {
    const ours = document.documentElement.lang;
    let told = ['', ours];
    say(...told);
    try {
      told = [(await work()) ?? '', ours];
    } catch (error) {
      told = reasonOf(error);
    }
    await show().catch((error) => {
      told = reasonOf(error);
    });
    say(...told);
  };
  return (work) => {
    before = before.then(() => run(work));
    return before;
  };
}

/** @returns a sentence and its language. */
function reasonOf(error) {
  const ours = document.documentElement.lang;
  if (error instanceof DOMException) {
    const known = said.device[error.name];
    return [known ?? filled(said.device.other, { reason: error.message }), ours];
  }
  return [error.message, error instanceof ToldInEnglish ? 'en' : ours];
}

export function onSubmit(id, work) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    work();
  });
}

export function onClick(id, work) {
  $(id).addEventListener('click', () => work());
}

onClick('other-language', () => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const chosen = `${LANGUAGE_COOKIE}=${$('other-language').value}`;
  document.cookie = `${chosen}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax${secure}`;
  location.reload();
});
