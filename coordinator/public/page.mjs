/** What the pages of people have in common: asking the coordinator, saying what happened, one thing after the other. */
export const $ = (id) => document.getElementById(id);

/** @throws Error with the coordinator's sentence, and its `status`. */
export async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    const error = new Error(answer.detail ?? 'The coordinator does not answer.');
    throw Object.assign(error, { status: response.status });
  }
  return answer;
}

/**
 * @param show fills in what there is to see and then uncovers it, so that nobody reads half a page.
 * @returns a function that does a thing, shows what is next, and says how it went; things wait for those before them.
 */
export function inTurn(show) {
  const say = (text) => {
    $('message').textContent = text;
  };
  let before = Promise.resolve();
  const run = async (work) => {
    say('');
    let words = '';
    try {
      words = (await work()) ?? '';
    } catch (error) {
      words = error.message;
    }
    await show().catch((error) => {
      words = error.message;
    });
    say(words);
  };
  return (work) => {
    before = before.then(() => run(work));
    return before;
  };
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
