/** What leaves this hospital: the last update of each study in figures, and how it differs from the one before. */
import { studyFolder } from '../../config/home.js';
import {
  readReceipts,
  studiesWithReceipts,
  type Receipt,
  type UpdateRecord,
} from '../../participation/receipt-file.js';
import { html, type Html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import { figuresText } from '../receipts/receipt-parts.js';
import { amountText, changeText, countText, sizeText, timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { facts, table, type Column } from './tables.js';

/** A receipt of an attempt that an update was sealed in. */
type WithUpdate = Receipt & { readonly update: UpdateRecord };

export async function leavingPage({ site, words }: Asked): Promise<Answer> {
  const { leaving } = words;
  const studies = await studiesWithReceipts(site.home);
  const all = await Promise.all(
    studies.map((study) => readReceipts(studyFolder(site.home, study).receiptsFolder)),
  );
  const sections = all.flatMap((receipts) => {
    const updates = receipts.filter(hasUpdate);
    const last = updates.at(-1);
    // The one before is of another round: a repeated attempt sends the same delta again.
    const before = updates.filter(({ round }) => round !== last?.round).at(-1);
    return last === undefined ? [] : [studySection(last, before, words)];
  });
  const live = html`<p>${leaving.intro}</p>
    <p>${leaving.report}</p>
    ${sections.length === 0 ? html`<p class="empty">${leaving.empty}</p>` : sections}`;
  return { kind: 'page', title: leaving.title, live, body: html`` };
}

function hasUpdate(receipt: Receipt): receipt is WithUpdate {
  return receipt.update !== undefined;
}

function studySection(last: WithUpdate, before: WithUpdate | undefined, words: Words): Html {
  const { leaving } = words;
  return html`<section class="card">
    <h2>${last.title} <small>${last.study}</small></h2>
    <h3>${leaving.last(last.round)}</h3>
    ${updateFacts(last, before, words)} ${modes(last, words)}
    <h3>${leaving.tensors}</h3>
    <p>${before === undefined ? leaving.noneBefore : leaving.kept}</p>
    ${tensorTable(last, before, words)}
  </section>`;
}

function updateFacts(last: WithUpdate, before: WithUpdate | undefined, words: Words): Html {
  const { leaving } = words;
  const { update } = last;
  const { sentAtMs, parameters } = update;
  const count = (value: number): string => countText(words, value);
  const differs = (then: number | undefined, now: number): Html | false =>
    then !== undefined &&
    before !== undefined &&
    html` <small>${changeText(words, then, now)} ${leaving.against(before.round)}</small>`;
  return facts([
    [leaving.size, sizeText(words, update.plaintextBytes)],
    [leaving.wire, `${sizeText(words, update.bytes)}, ${leaving.inChunks(update.chunks)}`],
    [leaving.parameters, count(parameters)],
    [leaving.norm, [amountText(words, update.norm), differs(before?.update.norm, update.norm)]],
    [
      leaving.cut,
      [
        leaving.cutOf(count(update.cut), count(parameters)),
        before !== undefined &&
          html` <small>${words.leaving.before(before.round)}: ${count(before.update.cut)}</small>`,
      ],
    ],
    [leaving.weight, leaving.weightOf(count(update.weight), count(update.weightTotal))],
    [leaving.sent, sentAtMs === undefined ? leaving.notSent : timeText(words, sentAtMs)],
    [leaving.figures, figuresText(update, last.classes, words)],
  ]);
}

/** What the coordinator can see in both modes, with the one of this study marked. */
function modes({ aggregation }: Receipt, { leaving }: Words): Html {
  const mode = (name: 'plain' | 'secure', title: string, text: string): Html => {
    const isHere = aggregation === name;
    return html`<div class="${isHere ? 'mode here' : 'mode'}">
      <dt>${title}${isHere && ` (${leaving.here})`}</dt>
      <dd>${text}</dd>
    </div>`;
  };
  return html`<dl class="modes">
    ${mode('secure', leaving.secure, leaving.secureWords)}${mode('plain', leaving.plain, leaving.plainWords)}
  </dl>`;
}

function tensorTable(last: WithUpdate, before: WithUpdate | undefined, words: Words): Html {
  const { leaving } = words;
  const earlier = new Map(before?.update.tensors.map((tensor) => [tensor.name, tensor]));
  const columns: Column[] = [
    { title: leaving.tensor },
    { title: leaving.shape },
    { title: leaving.normShort, isNumber: true },
    ...(before === undefined
      ? []
      : [
          { title: leaving.before(before.round), isNumber: true },
          { title: leaving.difference, isNumber: true },
        ]),
    { title: leaving.largest, isNumber: true },
    { title: leaving.cutShort, isNumber: true },
  ];
  const rows = last.update.tensors.map(({ name, shape, norm, largest, cut }) => {
    const then = earlier.get(name);
    return [
      html`<code>${name}</code>`,
      shape.join(' × '),
      amountText(words, norm),
      ...(before === undefined
        ? []
        : then === undefined
          ? ['', '']
          : [amountText(words, then.norm), changeText(words, then.norm, norm)]),
      amountText(words, largest),
      countText(words, cut),
    ];
  });
  return table(leaving.tensors, columns, rows);
}
