/** `consilium-agent receipt list` and `show`: what left this hospital in each round, for the ethics file. */
import { answerLine } from '@consilium/shared/command-line';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import { studyFolder, type Home } from '../config/home.js';
import { outcomeText } from '../dashboard/receipts/receipt-parts.js';
import { receiptPdf } from '../dashboard/receipts/receipt-pdf.js';
import { receiptText } from '../dashboard/receipts/receipt-text.js';
import { isLanguage, wordsOf } from '../dashboard/words/languages.js';
import { readReceipts, studiesWithReceipts, type Receipt } from '../participation/receipt-file.js';
import { findReceipt } from '../participation/receipt-search.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

interface ReceiptArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface ReceiptShowArguments extends ReceiptArguments {
  /** File to write. */
  readonly pdf?: string;
  readonly language: string;
}

export function addReceiptCommands(program: Command, tools: CliTools): void {
  const receipt = program
    .command('receipt')
    .description('what left this hospital in each round, in figures');
  receipt
    .command('list')
    .description('one line for each attempt at a round')
    .argument('[study]', 'id of the study; all if not given')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action((study: string | undefined, given: ReceiptArguments) => list(study, given, tools));
  receipt
    .command('show')
    .description('the receipt of a round as text or PDF')
    .argument('<study>', 'id of the study')
    .argument('<round>', 'number of the round, or id of an attempt at it')
    .option('--pdf <file>', 'write it as PDF instead')
    .option('--language <name>', 'en or de', 'en')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action((study: string, round: string, given: ReceiptShowArguments) =>
      show(study, round, given, tools),
    );
}

async function list(
  study: string | undefined,
  given: ReceiptArguments,
  tools: CliTools,
): Promise<void> {
  const receipts = await receiptsOf(requireHome(given.home, tools), study);
  if (given.json === true) {
    tools.stdout.write(answerLine(receipts));
    return;
  }
  for (const receipt of receipts) {
    const { round, attemptNo, update } = receipt;
    const left = update === undefined ? 'nothing left' : `${update.bytes} bytes left`;
    tools.stdout.write(
      `${receipt.study} round ${round}, attempt ${attemptNo}: ${left}, ${outcomeText(receipt, wordsOf('en'))}\n`,
    );
  }
  if (receipts.length === 0) {
    tools.stdout.write('no receipt yet: the first round of a study leaves one\n');
  }
}

async function receiptsOf(home: Home, study: string | undefined): Promise<readonly Receipt[]> {
  const studies = await studiesWithReceipts(home);
  const chosen = studies.filter((id) => study === undefined || id === study);
  const all = await Promise.all(
    chosen.map((id) => readReceipts(studyFolder(home, id).receiptsFolder)),
  );
  return all.flat();
}

/** @throws ConsiliumError 'not-found', 'bad-request' for another language */
async function show(
  study: string,
  round: string,
  given: ReceiptShowArguments,
  tools: CliTools,
): Promise<void> {
  const { language, pdf, json } = given;
  if (!isLanguage(language)) {
    throw new ConsiliumError('bad-request', `--language must be en or de, not ${language}`);
  }
  const receipt = await findReceipt(requireHome(given.home, tools), study, round);
  const file = pdf === undefined ? undefined : resolve(pdf);
  if (file !== undefined) {
    await writeDurably(file, await receiptPdf(receipt, language));
  }
  if (json === true) {
    tools.stdout.write(answerLine({ ...receipt, ...(file === undefined ? {} : { file }) }));
    return;
  }
  tools.stdout.write(file === undefined ? receiptText(receipt, wordsOf(language)) : `${file}\n`);
}
