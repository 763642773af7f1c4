/** A receipt in words: the same parts and lines for the page, the text file and the PDF, each of one receipt and one language. */
import type { Receipt, UpdateRecord } from '../../participation/receipt-file.js';
import { amountText, countText, sizeText, stampText } from '../words/format.js';
import type { Words } from '../words/english.js';

/** A label and what stands beside it. */
export type ReceiptLine = readonly [label: string, value: string];

export interface ReceiptPart {
  readonly title: string;
  readonly lines: readonly ReceiptLine[];
}

/** Nothing in it depends on the machine or the moment: the same receipt gives the same lines. */
export function receiptParts(receipt: Receipt, words: Words): readonly ReceiptPart[] {
  const { parts } = words.receipts;
  return [
    { title: parts.round, lines: roundLines(receipt, words) },
    { title: parts.left, lines: leftLines(receipt, words) },
    { title: parts.outcome, lines: outcomeLines(receipt, words) },
    { title: parts.proof, lines: proofLines(receipt, words) },
  ];
}

/** What became of the figures on the validation pictures, in a sentence. */
export function figuresText(
  { figures }: UpdateRecord,
  classes: readonly string[],
  { leaving }: Words,
): string {
  switch (figures.kind) {
    case 'left':
      return leaving.figuresLeft[figures.inside];
    case 'policy-says-none':
      return leaving.figuresNone;
    case 'not-measured':
      return leaving.figuresUnmeasured;
    case 'small-cells': {
      const cells = figures.cells.map(
        (cell) => `${classes[cell.class] ?? cell.class}: ${cell.pictures}`,
      );
      return leaving.figuresCells(figures.minCell, cells.join(', '));
    }
  }
}

/** What came of the attempt, in a few words. */
export function outcomeText({ end, declined }: Receipt, { receipts }: Words): string {
  if (declined !== undefined) {
    return receipts.declined(declined.code);
  }
  switch (end?.kind) {
    case undefined:
      return receipts.underWay;
    case 'summed':
      return receipts.summed(end.sitesInSum);
    case 'aborted':
      return receipts.aborted(end.reason);
  }
}

function roundLines(receipt: Receipt, words: Words): readonly ReceiptLine[] {
  const { receipts, study, round, attempt } = words;
  return [
    [receipts.site, receipt.site],
    [study, receipt.study],
    [receipts.studyTitle, receipt.title],
    [round, receipts.roundOf(receipt.round, receipt.rounds)],
    [attempt, `${receipt.attemptNo} (${receipt.attempt})`],
    [receipts.opened, stampText(receipt.openedAtMs)],
    [receipts.mode, receipts.modes[receipt.aggregation]],
  ];
}

function leftLines({ update, classes }: Receipt, words: Words): readonly ReceiptLine[] {
  const { leaving, receipts } = words;
  if (update === undefined) {
    return [[receipts.what, receipts.nothingLeft]];
  }
  const { sentAtMs, parameters, weight, weightTotal } = update;
  return [
    [receipts.sealed, stampText(update.sealedAtMs)],
    [leaving.sent, sentAtMs === undefined ? leaving.notSent : stampText(sentAtMs)],
    [leaving.size, sizeText(words, update.plaintextBytes)],
    [leaving.wire, `${sizeText(words, update.bytes)}, ${leaving.inChunks(update.chunks)}`],
    [leaving.parameters, countText(words, parameters)],
    [leaving.norm, amountText(words, update.norm)],
    [leaving.cut, leaving.cutOf(countText(words, update.cut), countText(words, parameters))],
    [leaving.weight, leaving.weightOf(countText(words, weight), countText(words, weightTotal))],
    [receipts.sitesOfAttempt, countText(words, update.sites)],
    [leaving.figures, figuresText(update, classes, words)],
    [receipts.engine, update.engine],
    [receipts.trained, receipts.seconds(amountText(words, update.trainMs / 1000))],
  ];
}

function outcomeLines(receipt: Receipt, words: Words): readonly ReceiptLine[] {
  const { receipts } = words;
  const { end, declined } = receipt;
  const lines: ReceiptLine[] = [[receipts.result, outcomeText(receipt, words)]];
  if (declined !== undefined) {
    lines.push([receipts.declinedAt, stampText(declined.atMs)]);
  }
  if (end !== undefined) {
    lines.push([receipts.ended, stampText(end.atMs)]);
    if (end.kind === 'summed') {
      lines.push([receipts.isIncluded, end.isIncluded ? words.yes : words.no]);
    }
    lines.push([receipts.leaf, String(end.leafIndex)]);
  }
  return lines;
}

function proofLines(receipt: Receipt, { receipts }: Words): readonly ReceiptLine[] {
  const { update, end } = receipt;
  return [
    [receipts.protocol, receipt.studyProtocolHash],
    [receipts.manifest, receipt.manifestHash],
    [receipts.adapterBefore, receipt.adapterCheckpointHash],
    ...(end?.kind === 'summed'
      ? ([
          [receipts.adapterAfter, end.adapterCheckpointHash],
          [receipts.ringSum, end.ringSumHash],
        ] as const)
      : []),
    ...(update === undefined
      ? []
      : ([
          [receipts.vector, update.vectorHash],
          [receipts.chunkRoot, update.chunkRoot],
          [receipts.policy, update.policyHash],
        ] as const)),
  ];
}
