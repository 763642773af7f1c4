/** What this hospital allows, in sentences, and the studies that it decides on. */
import { wordFor } from '../../participation/study-word.js';
import { readStudies, type StudyView } from '../../participation/study-view.js';
import { readPolicy } from '../../policy/policy-file.js';
import { html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import type { Words } from '../words/english.js';
import { policySentences } from './policy-words.js';
import { code, facts, sentences } from './tables.js';

export async function policyPage({ site, words }: Asked): Promise<Answer> {
  const { policy: text } = words;
  const { home } = site;
  const { policy, hash } = await readPolicy(home.policyFile);
  const studies = await readStudies(home);
  const items = studies.map(
    (view) =>
      html`<li>
        <a href="/policy/${view.state.studyId}">${view.protocol.title}</a>
        <small>${view.state.studyId}</small><br />${standingText(view, words)}
      </li>`,
  );
  const body = html`<section class="card">
      <h2>${text.studies}</h2>
      ${
        items.length === 0
          ? html`<p class="empty">${text.none}</p>`
          : html`<ul>
              ${items}
            </ul>`
      }
    </section>
    <section class="card">
      <h2>${text.policy}</h2>
      ${sentences(policySentences(policy, words))}
      ${facts([
        [text.file, code(home.policyFile)],
        [text.hash, code(hash)],
        [text.change, code(`consilium-agent policy apply FILE --home ${home.folder}`)],
      ])}
    </section>`;
  return { kind: 'page', title: text.title, body };
}

/** How this hospital stands to a study; a study that it has left, or that is over, says so. */
export function standingText(view: StudyView, { decision }: Words): string {
  const { state, standing, policy } = view;
  const { mode, people } = policy.policy.approval;
  if (state.withdrawn !== undefined || state.end !== undefined) {
    return wordFor(state);
  }
  switch (standing.state) {
    case 'approved':
      return decision.state.approved;
    case 'refused':
      return decision.state.refused;
    case 'open':
      return mode === 'automatic'
        ? decision.state.automatic
        : decision.state.open(standing.approvers.length, people);
  }
}
