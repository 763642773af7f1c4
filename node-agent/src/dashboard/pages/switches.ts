/** The three switches, and what pressing them does: the same files that the commands write. */
import { pauseSite, resumeSite } from '../../participation/switches.js';
import type { StudyView } from '../../participation/study-view.js';
import type { Control } from '../../policy/control.js';
import { html, type Html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import { formToken } from './layout.js';

/** @param studies those that can still be left */
export function switches(asked: Asked, { pause }: Control, studies: readonly StudyView[]): Html {
  const { switches: words } = asked.words;
  const leave = studies.map(
    ({ state: { studyId } }) =>
      html`<li>
        <a class="button danger" href="/withdraw/${studyId}"
          >${words.withdraw} <span>${studyId}</span></a
        >
      </li>`,
  );
  return html`<section class="switches" aria-labelledby="switches">
    <h2 id="switches">${words.title}</h2>
    <p>${words.words}</p>
    <ul>
      ${pause !== undefined && html`<li>${button(asked, '/resume', words.resume, words.resumeWords, 'primary')}</li>`}
      ${pause !== 'now' && html`<li>${button(asked, '/pause', words.pauseNow, words.pauseNowWords, 'warning')}</li>`}
      ${pause === undefined && html`<li>${button(asked, '/pause-after-round', words.pauseAfter, words.pauseAfterWords, 'calm')}</li>`}
    </ul>
    ${
      leave.length > 0 &&
      html`<p>${words.withdrawWords}</p>
        <ul>
          ${leave}
        </ul>`
    }
  </section>`;
}

export async function pauseNow({ site }: Asked): Promise<Answer> {
  await pauseSite(site.home, 'now');
  return { kind: 'redirect', to: '/' };
}

export async function pauseAfterRound({ site }: Asked): Promise<Answer> {
  await pauseSite(site.home, 'after-round');
  return { kind: 'redirect', to: '/' };
}

export async function resume({ site }: Asked): Promise<Answer> {
  await resumeSite(site.home);
  return { kind: 'redirect', to: '/' };
}

function button(
  { session }: Asked,
  action: string,
  label: string,
  explanation: string,
  look: 'primary' | 'warning' | 'calm',
): Html {
  const id = `words-${action.slice(1)}`;
  return html`<form method="post" action="${action}">
    ${formToken(session)}<button class="${look}" aria-describedby="${id}">${label}</button>
    <p id="${id}">${explanation}</p>
  </form>`;
}
