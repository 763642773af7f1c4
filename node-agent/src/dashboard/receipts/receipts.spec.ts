import { createHash } from 'node:crypto';
import { receiptSchema, type Receipt } from '../../participation/receipt-file.js';
import { wordsOf } from '../words/languages.js';
import { receiptPdf } from './receipt-pdf.js';
import { receiptText } from './receipt-text.js';

const hash = (digit: string): string => `sha256:${digit.repeat(64)}`;

const RECEIPT: Receipt = receiptSchema.parse({
  v: 1,
  site: 'northgate',
  study: 'blood-cells',
  title: 'Blood cells of three hospitals',
  round: 3,
  rounds: 12,
  attempt: 'ab'.repeat(16),
  attemptNo: 1,
  openedAtMs: Date.UTC(2026, 10, 26, 20, 0, 0),
  aggregation: 'plain',
  classes: ['benign', 'malignant'],
  studyProtocolHash: hash('1'),
  manifestHash: hash('2'),
  adapterCheckpointHash: hash('3'),
  update: {
    sealedAtMs: Date.UTC(2026, 10, 26, 20, 1, 0),
    sentAtMs: Date.UTC(2026, 10, 26, 20, 1, 5),
    plaintextBytes: 2_000_000,
    bytes: 2_000_032,
    chunks: 2,
    chunkRoot: 'cm9vdA==',
    vectorHash: hash('4'),
    parameters: 500_000,
    norm: 0.987654,
    cut: 7,
    tensors: [{ name: 'head.weight', shape: [2, 768], norm: 0.5, largest: 0.25, cut: 7 }],
    weight: 210,
    weightTotal: 630,
    sites: 3,
    figures: { kind: 'small-cells', minCell: 5, cells: [{ class: 1, pictures: 3 }] },
    policyHash: hash('5'),
    engine: 'onnxruntime 1.30.0 on processor',
    trainMs: 61_500,
  },
  end: {
    kind: 'summed',
    atMs: Date.UTC(2026, 10, 26, 20, 2, 0),
    isIncluded: true,
    sitesInSum: 3,
    ringSumHash: hash('6'),
    adapterCheckpointHash: hash('7'),
    leafIndex: 41,
  },
});

const NOTHING: Receipt = {
  ...RECEIPT,
  update: undefined,
  end: undefined,
  declined: { atMs: Date.UTC(2026, 10, 26, 20, 1, 0), code: 'paused' },
};

describe('a receipt', () => {
  it('says as text what left, when, what came of it, and under which hashes', () => {
    const text = receiptText(RECEIPT, wordsOf('en'));
    for (const line of [
      '  Hospital: northgate',
      '  Round: 3 of 12',
      '  Sent: 2026-11-26 20:01:05 UTC',
      '  Size before encryption: 2 MB (2,000,000 bytes)',
      '  Coordinates that the range cut: 7 of 500,000',
      '  Weight in the sum: 210 of 630 training pictures',
      '  Figures on the validation pictures: They stayed here: classes with fewer than 5 pictures (malignant: 3).',
      '  Outcome: summed with 3 hospitals in the sum',
      `  Adapter after: ${hash('7')}`,
      '  head.weight [2 x 768]: Norm 0.5, Largest coordinate 0.25, Cut 7',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(receiptText(RECEIPT, wordsOf('de'))).toContain('  Gewicht in der Summe: 210 von 630');
  });

  it('says that nothing left where the hospital declined', () => {
    const text = receiptText(NOTHING, wordsOf('en'));
    expect(text).toContain('No update left this hospital.');
    expect(text).toContain('declined by this hospital: paused');
  });

  it('is the same PDF every time, with the dates of the receipt and fonts of its own', async () => {
    const [one, two] = [await receiptPdf(RECEIPT, 'en'), await receiptPdf(RECEIPT, 'en')];
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(one)).toBe(digest(two));
    expect(one.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(one.toString('latin1')).toContain('(D:20261126200200Z)');
    expect(one.toString('latin1')).not.toContain('http');
    expect(shownIn(one)).toContain('Receipt: blood-cells, round 3');
    expect(shownIn(await receiptPdf(NOTHING, 'de'))).toContain(
      'Kein Update verließ dieses Krankenhaus.',
    );
  });
});

/** pdfkit writes strings in hexadecimal, in WinAnsi (ISO 32000-1 section 9.4.3). */
function shownIn(pdf: Buffer): string {
  return [...pdf.toString('latin1').matchAll(/\[([^\]]*)\] TJ/g)]
    .map(([, line = '']) =>
      [...line.matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n');
}
