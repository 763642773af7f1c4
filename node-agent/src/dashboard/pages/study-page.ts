/** One study as people of the hospital decide on it: purpose, what leaves, members, what changed since the last approval. */
import { decodeFloat } from '@consilium/shared/encoding';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import {
  changesSinceApproval,
  type ProtocolChanges,
} from '../../participation/protocol-changes.js';
import { approveStudy, refuseStudy } from '../../participation/study-decisions.js';
import { hasDeclined } from '../../participation/second-thoughts.js';
import { trustMember } from '../../participation/member-trust.js';
import { readStudy, type StudyView } from '../../participation/study-view.js';
import { updateBytes } from '../../policy/study-refusals.js';
import { html, type Html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import { amountText, countText, sizeText, timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { formToken } from './layout.js';
import { standingText } from './policy-page.js';
import { code, facts, sentences, table } from './tables.js';

/** @throws ConsiliumError 'not-found', as the two below */
export async function studyPage(asked: Asked): Promise<Answer> {
  return pageOf(asked, undefined);
}

/** @throws PolicyRefusal, ConsiliumError 'wrong-state' */
export async function approve(asked: Asked): Promise<Answer> {
  const decision = decisionOf(asked);
  if (decision === undefined) {
    return pageOf(asked, asked.words.decision.nameMissing);
  }
  // The keys that the page showed: a member that came since then is none of them.
  const compared = new Set((asked.form.get('members') ?? '').split(' '));
  await approveStudy({ ...decision, hasCompared: ({ key }) => compared.has(key) });
  return { kind: 'redirect', to: `/policy/${decision.study}` };
}

/** @throws ConsiliumError 'wrong-state' */
export async function refuse(asked: Asked): Promise<Answer> {
  const decision = decisionOf(asked);
  if (decision === undefined) {
    return pageOf(asked, asked.words.decision.nameMissing);
  }
  await refuseStudy(decision);
  return { kind: 'redirect', to: `/policy/${decision.study}` };
}

/** Takes a hospital for known, whose words somebody heard from itself. @throws ConsiliumError 'bad-configuration' */
export async function trust(asked: Asked): Promise<Answer> {
  const { site, parts, form, words } = asked;
  const member = form.get('member') ?? '';
  try {
    await trustMember({ home: site.home, site: member, words: form.get('words') ?? '' });
  } catch (error) {
    if (isConsiliumError(error, 'bad-request') || isConsiliumError(error, 'not-found')) {
      return pageOf(asked, words.decision.wordsWrong(member));
    }
    throw error;
  }
  return { kind: 'redirect', to: `/policy/${parts['study'] ?? ''}` };
}

/** Undefined where no name was given: each approval is that of a person. */
function decisionOf({ site, parts, form }: Asked) {
  const by = (form.get('by') ?? '').trim().slice(0, 200);
  const study = parts['study'] ?? '';
  return by === '' ? undefined : { home: site.home, study, by, at: new Date(site.now()) };
}

async function pageOf(asked: Asked, fault: string | undefined): Promise<Answer> {
  const { site, words, parts } = asked;
  const view = await readStudy(site.home, parts['study'] ?? '');
  const changes = await changesSinceApproval(site.home, view);
  const { decision } = words;
  const part = (title: string, body: Html): Html =>
    html`<section class="card">
      <h2>${title}</h2>
      ${body}
    </section>`;
  const body = html`${fault !== undefined && html`<p class="state bad" role="alert">${fault}</p>`}
    ${part(decision.purpose, sentences(purpose(view, words)))}
    ${part(decision.leaves, sentences(leaving(view, words)))}
    ${part(decision.members, members(view, asked))}
    ${part(decision.says, sentences(view.refusals.length === 0 ? [decision.allows] : view.refusals.map(({ sentence }) => sentence)))}
    ${part(decision.changes, difference(changes, words))}
    ${part(decision.approvals, html`${decisions(view, words)}${facts([[decision.hash, code(view.hash)]])}`)}
    ${part(decision.decide, forms(view, asked))}
    <p><a href="/policy">${words.back}</a></p>`;
  const title = decision.title(view.protocol.title);
  return { kind: 'page', title, body, ...(fault === undefined ? {} : { status: 400 }) };
}

function purpose({ protocol, parameters }: StudyView, words: Words): readonly string[] {
  const { decision } = words;
  const { task, backbone, adapter, training, participation } = protocol;
  const size = sizeText(words, updateBytes(parameters));
  return [
    decision.classes(task.classes.length, task.classes.join(', ')),
    decision.model(backbone.model ?? backbone.hash, adapter.kind),
    decision.rounds(training.rounds, training.localEpochs, participation.minSites),
    decision.update(countText(words, parameters), size, training.rounds),
  ];
}

function leaving({ protocol, policy }: StudyView, words: Words): readonly string[] {
  const { decision } = words;
  const { clipNorm } = protocol.training;
  const { privacy } = protocol;
  const { share, data } = policy.policy;
  return [
    privacy.secureAggregation === 'off' ? decision.plain : decision.secure(privacy.colluders),
    clipNorm === undefined
      ? decision.unclipped
      : decision.clipped(amountText(words, decodeFloat(clipNorm))),
    decision.counts,
    share.metrics === 'none' ? decision.noFigures : decision.figures(data.minCell),
    decision.never,
  ];
}

function members({ members: others, protocol, state }: StudyView, asked: Asked): Html {
  const { decision } = asked.words;
  return others.length === 0
    ? html`<p>${decision.membersLater(protocol.participation.minSites)}</p>`
    : html`<ul>
        ${others.map(
          ({ site, fingerprint, standing }) =>
            html`<li>
              <strong>${site}</strong> (${decision.standing[standing]})<br />${decision.key}:
              <code>${fingerprint}</code>
              ${standing === 'new' && wordsForm(site, state.studyId, asked)}
            </li>`,
        )}
      </ul>`;
}

/** The words are not shown here: whoever types them has heard them. */
function wordsForm(member: string, study: string, { words, session }: Asked): Html {
  const { decision } = words;
  return html`<form method="post" action="/policy/${study}/trust">
    ${formToken(session)}<input type="hidden" name="member" value="${member}" />
    <label
      >${decision.spoken(member)}<input
        name="words"
        required
        maxlength="200"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
    /></label>
    <button class="calm">${decision.trust}</button>
  </form>`;
}

function difference(found: ProtocolChanges | undefined, { decision, absent }: Words): Html {
  if (found === undefined) {
    return html`<p>${decision.firstEver}</p>`;
  }
  const rows = found.changes.map(({ path, before, after }) => [
    html`<code>${path}</code>`,
    html`<del>${before ?? absent}</del>`,
    html`<ins>${after ?? absent}</ins>`,
  ]);
  const columns = [decision.setting, decision.was, decision.is].map((title) => ({ title }));
  return html`<p>${decision.against(found.against)}</p>
    ${rows.length === 0 ? html`<p>${decision.unchanged}</p>` : table(decision.changes, columns, rows)}`;
}

function decisions({ approvals, hash }: StudyView, words: Words): Html {
  const { decision } = words;
  const made = approvals?.decisions ?? [];
  if (made.length === 0) {
    return html`<p>${decision.nobody}</p>`;
  }
  const columns = [decision.by, decision.at, decision.decided].map((title) => ({ title }));
  const rows = made.map(({ by, at, decision: word, studyProtocolHash }) => [
    by,
    timeText(words, Date.parse(at)),
    `${decision[word]}${studyProtocolHash === hash ? '' : ` (${decision.otherProtocol})`}`,
  ]);
  return table(decision.approvals, columns, rows);
}

/** Whoever takes part already may approve again, for members that are new, but no longer refuse; who declined may still approve. */
function forms(view: StudyView, { words, session }: Asked): Html {
  const { decision } = words;
  const { studyId, join, withdrawn, end } = view.state;
  if (withdrawn !== undefined || end !== undefined) {
    return html`<p>${standingText(view, words)}</p>`;
  }
  const fresh = view.members.filter(({ standing }) => standing === 'new').map(({ key }) => key);
  return html`<p class="state">${standingText(view, words)}</p>
    ${join !== undefined && html`<p>${hasDeclined(view.state) ? decision.declinedBefore : decision.joined}</p>`}
    <form method="post" action="/policy/${studyId}/approve">
      ${formToken(session)}
      <label
        >${decision.name}<input name="by" required maxlength="200" autocomplete="name"
      /></label>
      ${
        fresh.length > 0 &&
        html`<label class="check"
          ><input
            type="checkbox"
            name="members"
            value="${fresh.join(' ')}"
          />${decision.compared}</label
        >`
      }
      <div class="choice">
        <button class="primary">${decision.approve}</button>
        ${join === undefined && html`<button class="danger" formaction="/policy/${studyId}/refuse">${decision.refuse}</button>`}
      </div>
    </form>`;
}
