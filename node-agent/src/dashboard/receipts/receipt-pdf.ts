/**
 * A receipt as PDF 1.7 (ISO 32000-1) through pdfkit 0.20.2, in the standard font Helvetica: nothing is read from the network, and
 * all dates in the file are those of the receipt, from which pdfkit derives the file's id too, so the same receipt gives the same
 * bytes.
 */
import type { Receipt } from '../../participation/receipt-file.js';
import { amountText, countText } from '../words/format.js';
import type { Language } from '../words/languages.js';
import { wordsOf } from '../words/languages.js';
import type { Words } from '../words/english.js';
import { receiptParts } from './receipt-parts.js';

const MARGIN = 56;
const LABEL_WIDTH = 150;
const GAP = 12;
const BODY = 9.5;

type Document = PDFKit.PDFDocument;

/** A4. Loads the library when it is asked for the first time. */
export async function receiptPdf(receipt: Receipt, language: Language): Promise<Buffer> {
  const { default: PdfDocument } = await import('pdfkit');
  const words = wordsOf(language);
  const { receipts } = words;
  const madeAt = new Date(lastMomentOf(receipt));
  const document = new PdfDocument({
    size: 'A4',
    margin: MARGIN,
    compress: false,
    lang: language,
    displayTitle: true,
    info: {
      Title: receipts.heading(receipt.study, receipt.round),
      Author: receipt.site,
      Producer: 'Consilium',
      Creator: 'Consilium',
      CreationDate: madeAt,
      ModDate: madeAt,
    },
  });
  const bytes = collect(document);
  document.font('Helvetica-Bold').fontSize(16).text(receipts.pdfTitle);
  document.font('Helvetica').fontSize(11).text(receipts.heading(receipt.study, receipt.round));
  for (const { title, lines } of receiptParts(receipt, words)) {
    heading(document, title);
    for (const [label, value] of lines) {
      line(document, label, value);
    }
  }
  tensorTable(document, receipt, words);
  document.end();
  return bytes;
}

function heading(document: Document, text: string): void {
  document.moveDown(0.9);
  document.font('Helvetica-Bold').fontSize(11).text(text, MARGIN);
  document.moveDown(0.25);
}

function line(document: Document, label: string, value: string): void {
  const width = document.page.width - 2 * MARGIN - LABEL_WIDTH - GAP;
  document.font('Helvetica').fontSize(BODY);
  const height = Math.max(
    document.heightOfString(label, { width: LABEL_WIDTH }),
    document.heightOfString(value, { width }),
  );
  if (document.y + height > document.page.height - MARGIN) {
    document.addPage();
  }
  const top = document.y;
  document.fillColor('#555555').text(label, MARGIN, top, { width: LABEL_WIDTH });
  document.fillColor('#000000').text(value, MARGIN + LABEL_WIDTH + GAP, top, { width });
  document.x = MARGIN;
  document.y = top + height + 2;
}

function tensorTable(document: Document, { update }: Receipt, words: Words): void {
  const { leaving } = words;
  if (update === undefined) {
    return;
  }
  heading(document, leaving.tensors);
  for (const { name, shape, norm, largest, cut } of update.tensors) {
    const figures = [
      `[${shape.join(' x ')}]`,
      `${leaving.normShort} ${amountText(words, norm)}`,
      `${leaving.largest} ${amountText(words, largest)}`,
      `${leaving.cutShort} ${countText(words, cut)}`,
    ];
    line(document, name, figures.join(', '));
  }
}

function lastMomentOf({ openedAtMs, update, declined, end }: Receipt): number {
  return end?.atMs ?? declined?.atMs ?? update?.sentAtMs ?? update?.sealedAtMs ?? openedAtMs;
}

function collect(document: Document): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    document.on('data', (piece: Buffer) => pieces.push(piece));
    document.on('error', reject);
    document.on('end', () => {
      resolve(Buffer.concat(pieces));
    });
  });
}
