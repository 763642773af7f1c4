/** A receipt as plain text: what a person reads, and what an ethics file keeps beside the PDF. */
import type { Receipt } from '../../participation/receipt-file.js';
import { amountText, countText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { receiptParts } from './receipt-parts.js';

/** The same receipt gives the same text. Ends in a line feed. */
export function receiptText(receipt: Receipt, words: Words): string {
  const parts = receiptParts(receipt, words).flatMap(({ title, lines }) => [
    '',
    title,
    ...lines.map(([label, value]) => `  ${label}: ${value}`),
  ]);
  const { tensors } = words.leaving;
  const tensorLines = (receipt.update?.tensors ?? []).map(
    ({ name, shape, norm, largest, cut }) =>
      `  ${name} [${shape.join(' x ')}]: ${words.leaving.normShort} ${amountText(words, norm)}, ` +
      `${words.leaving.largest} ${amountText(words, largest)}, ` +
      `${words.leaving.cutShort} ${countText(words, cut)}`,
  );
  return [
    words.receipts.pdfTitle,
    words.receipts.heading(receipt.study, receipt.round),
    ...parts,
    ...(tensorLines.length === 0 ? [] : ['', tensors, ...tensorLines]),
    '',
  ].join('\n');
}
