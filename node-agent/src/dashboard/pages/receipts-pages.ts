/** The receipts: one for each attempt at a round, on a page, as text and as PDF. */
import { studyFolder } from '../../config/home.js';
import { findReceipt } from '../../participation/receipt-search.js';
import {
  readReceipts,
  studiesWithReceipts,
  type Receipt,
} from '../../participation/receipt-file.js';
import { html, type Html } from '../html.js';
import type { Answer, Asked } from '../page-site.js';
import { outcomeText, receiptParts } from '../receipts/receipt-parts.js';
import { receiptPdf } from '../receipts/receipt-pdf.js';
import { receiptText } from '../receipts/receipt-text.js';
import { sizeText, timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { receiptPath } from './now-page.js';
import { facts, table } from './tables.js';

export async function receiptsPage({ site, words }: Asked): Promise<Answer> {
  const { receipts } = words;
  const studies = await studiesWithReceipts(site.home);
  const all = await Promise.all(
    studies.map((study) => readReceipts(studyFolder(site.home, study).receiptsFolder)),
  );
  const sections = all.flatMap((ofStudy) => studySection(ofStudy, words) ?? []);
  const live = html`<p>${receipts.intro}</p>
    ${sections.length === 0 ? html`<p class="empty">${receipts.empty}</p>` : sections}`;
  return { kind: 'page', title: receipts.title, live, body: html`` };
}

/** @throws ConsiliumError 'not-found', as the two below */
export async function receiptPage(asked: Asked): Promise<Answer> {
  const { words } = asked;
  const { receipts } = words;
  const receipt = await askedReceipt(asked);
  const path = receiptPath(receipt);
  const parts = receiptParts(receipt, words).map(
    ({ title, lines }) =>
      html`<section class="card">
        <h2>${title}</h2>
        ${facts(lines)}
      </section>`,
  );
  const body = html`<p class="choice">
      <a class="button calm" href="${path}.pdf">${receipts.asPdf}</a>
      <a class="button calm" href="${path}.txt">${receipts.asText}</a>
    </p>
    ${parts}
    <p><a href="/receipts">${words.back}</a></p>`;
  return { kind: 'page', title: receipts.heading(receipt.study, receipt.round), body };
}

export async function receiptAsText(asked: Asked): Promise<Answer> {
  const receipt = await askedReceipt(asked);
  return {
    kind: 'file',
    type: 'text/plain; charset=utf-8',
    name: `${fileName(receipt)}.txt`,
    bytes: receiptText(receipt, asked.words),
  };
}

export async function receiptAsPdf(asked: Asked): Promise<Answer> {
  const receipt = await askedReceipt(asked);
  return {
    kind: 'file',
    type: 'application/pdf',
    name: `${fileName(receipt)}.pdf`,
    bytes: await receiptPdf(receipt, asked.language),
  };
}

function askedReceipt({ site, parts }: Asked): Promise<Receipt> {
  return findReceipt(site.home, parts['study'] ?? '', parts['attempt'] ?? '');
}

function fileName({ study, round, attemptNo }: Receipt): string {
  return `receipt-${study}-${round}-${attemptNo}`;
}

function studySection(receipts: readonly Receipt[], words: Words): Html | undefined {
  const [first] = receipts;
  if (first === undefined) {
    return undefined;
  }
  const { receipts: text, round, attempt } = words;
  const rows = [...receipts].reverse().map((receipt) => {
    const { update } = receipt;
    const path = receiptPath(receipt);
    return [
      html`<a href="${path}">${text.roundOf(receipt.round, receipt.rounds)}</a>`,
      receipt.attemptNo,
      timeText(words, receipt.openedAtMs),
      update === undefined ? text.nothing : sizeText(words, update.bytes),
      outcomeText(receipt, words),
      html`<a
        href="${path}.pdf"
        aria-label="${text.asPdf}, ${text.heading(receipt.study, receipt.round)}, ${attempt} ${receipt.attemptNo}"
        >${text.asPdf}</a
      >`,
      html`<a
        href="${path}.txt"
        aria-label="${text.asText}, ${text.heading(receipt.study, receipt.round)}, ${attempt} ${receipt.attemptNo}"
        >${text.asText}</a
      >`,
    ];
  });
  const columns = [round, attempt, text.opened, text.what, text.result, text.asPdf, text.asText];
  return html`<section class="card">
    <h2>${first.title} <small>${first.study}</small></h2>
    ${table(
      first.study,
      columns.map((title) => ({ title })),
      rows,
    )}
  </section>`;
}
