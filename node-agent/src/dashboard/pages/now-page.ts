/** What this site does at this moment, in a sentence a study, and the three switches. */
import { readDatasetNote } from '../../participation/dataset-note.js';
import { studyFolder } from '../../config/home.js';
import { readReceipts, type Receipt } from '../../participation/receipt-file.js';
import type { StudyView } from '../../participation/study-view.js';
import { readControl, type Control } from '../../policy/control.js';
import { readPolicy, type EffectivePolicy } from '../../policy/policy-file.js';
import { nextOpening } from '../../policy/training-windows.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Activity } from '../live-site.js';
import type { Answer, Asked, PageSite } from '../page-site.js';
import { newMembersOf, situationOf, type Situation } from '../situation.js';
import type { SiteStudies } from '../site-studies.js';
import { amountText, timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { facts } from './tables.js';
import { switches } from './switches.js';

export async function nowPage(asked: Asked, known: SiteStudies): Promise<Answer> {
  const { site, words } = asked;
  const [studies, control, policy] = await Promise.all([
    known.read(),
    readControl(site.home),
    readPolicy(site.home.policyFile),
  ]);
  const live = html`<div data-control="${control.pause ?? 'running'}">
    ${control.pause !== undefined && html`<p class="state paused">${pauseText(control, words)}</p>`}
    ${studies.length === 0 && html`<p class="state">${words.now.noStudies}</p>`}
    ${studies.map((view) => studyCard(view, site, words))}
    ${await siteFacts(studies, policy, asked)}
  </div>`;
  const isOpen = (view: StudyView): boolean =>
    view.state.withdrawn === undefined && !control.withdrawn.includes(view.state.studyId);
  const body = switches(asked, control, studies.filter(isOpen));
  return { kind: 'page', title: words.now.title, live, body };
}

function pauseText({ pause }: Control, { situation }: Words): string {
  return pause === 'now' ? situation.paused : situation.pausing;
}

function studyCard(view: StudyView, site: PageSite, words: Words): Html {
  const { studyId } = view.state;
  const activity = site.live.activityOf(studyId);
  const situation = situationOf(view, {
    isNamed: site.config.studies.some(({ study }) => study === studyId),
    activity,
    nowMs: site.now(),
  });
  const fresh = newMembersOf(view);
  const isToDecide =
    fresh.length > 0 || situation.kind === 'approval' || situation.kind === 'unnamed';
  const isUnderWay = activity !== undefined && situation.kind !== 'declinedRound';
  return html`<section class="card">
    <h2>${view.protocol.title} <small>${studyId}</small></h2>
    <p class="state">${situationText(situation, words)}</p>
    ${isUnderWay && progressBar(activity, words)}
    ${fresh.length > 0 && html`<p class="state paused">${words.now.newMembers(fresh.join(', '))}</p>`}
    ${isToDecide && html`<p><a href="/policy/${studyId}">${words.policy.decide}</a></p>`}
  </section>`;
}

/** The state in one sentence. */
function situationText(state: Situation, words: Words): string {
  const { situation, now } = words;
  if ('code' in state) {
    return situation[state.kind](state.code);
  }
  if (state.kind === 'approval') {
    return situation.approval(state.have, state.need);
  }
  if (state.kind === 'outside') {
    const { opensAtMs, round, rounds } = state;
    const opens = opensAtMs === undefined ? now.never : timeText(words, opensAtMs);
    return situation.outside(round, rounds, opens);
  }
  return 'round' in state
    ? situation[state.kind](state.round, state.rounds)
    : situation[state.kind];
}

function progressBar({ phase, step, steps, loss }: Activity, words: Words): Html {
  const { now } = words;
  const doing = new Map(Object.entries(now.progress)).get(phase) ?? now.progress.other;
  const told = [
    doing,
    now.step(step, steps),
    loss !== undefined && now.loss(amountText(words, loss)),
  ];
  return html`<p class="progress">
    <progress max="${steps}" value="${step}" aria-label="${now.progressLabel}"></progress>
    <span>${told.filter((part) => part !== false).join(', ')}</span>
  </p>`;
}

async function siteFacts(
  studies: readonly StudyView[],
  { policy }: EffectivePolicy,
  { site, words }: Asked,
): Promise<Html> {
  const { now } = words;
  const { isConnected, sinceMs, code } = site.live.connection;
  const since = timeText(words, sinceMs);
  const link = isConnected
    ? now.connected(since)
    : now.disconnected(since, code === undefined ? '' : ` (${code})`);
  return facts([
    [now.connection, html`<span class="${isConnected ? 'good' : 'bad'}">${link}</span>`],
    [now.engine, await engineText(studies, site, words)],
    [now.window, windowText(policy.schedule.windows, site.now(), words)],
    [now.lastReceipt, await lastReceipt(studies, site, words)],
  ]);
}

async function engineText(
  studies: readonly StudyView[],
  { home }: PageSite,
  { now }: Words,
): Promise<string> {
  const notes = await Promise.all(
    studies.map(({ state }) => readDatasetNote(studyFolder(home, state.studyId).datasetFile)),
  );
  const [latest] = notes
    .filter((note) => note?.engine !== undefined)
    .sort((a, b) => (b?.checkedAtMs ?? 0) - (a?.checkedAtMs ?? 0));
  const engine = latest?.engine;
  return engine === undefined
    ? now.engineUnknown
    : now.device(engine.backend, engine.version, engine.device, engine.threads);
}

function windowText(
  windows: EffectivePolicy['policy']['schedule']['windows'],
  nowMs: number,
  words: Words,
): string {
  const { now } = words;
  if (windows.length === 0) {
    return now.always;
  }
  const opening = nextOpening(windows, nowMs);
  if (opening === undefined) {
    return now.never;
  }
  return opening === nowMs ? now.open : now.opens(timeText(words, opening));
}

async function lastReceipt(
  studies: readonly StudyView[],
  { home }: PageSite,
  { now }: Words,
): Promise<HtmlValue> {
  const all = await Promise.all(
    studies.map(({ state }) => readReceipts(studyFolder(home, state.studyId).receiptsFolder)),
  );
  const [last] = all.flat().sort((a, b) => b.openedAtMs - a.openedAtMs);
  return last === undefined
    ? now.noReceipt
    : html`<a href="${receiptPath(last)}">${now.receiptOf(last.study, last.round)}</a>`;
}

/** Where a receipt is shown. */
export function receiptPath({ study, attempt }: Pick<Receipt, 'study' | 'attempt'>): string {
  return `/receipts/${study}/${attempt}`;
}
