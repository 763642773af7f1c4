/** Finds a receipt by what a person names: a study, and its round or attempt. */
import { ConsiliumError, isStudyId } from '@consilium/shared/vocabulary';
import { studyFolder, type Home } from '../config/home.js';
import { readReceipts, studiesWithReceipts, type Receipt } from './receipt-file.js';

/**
 * @param named the id of an attempt, or the number of a round, of which the last attempt is taken
 * @throws ConsiliumError 'not-found' naming what there is
 */
export async function findReceipt(home: Home, study: string, named: string): Promise<Receipt> {
  const receipts = isStudyId(study)
    ? await readReceipts(studyFolder(home, study).receiptsFolder)
    : [];
  const found = receipts.filter(
    ({ attempt, round }) => attempt === named || String(round) === named,
  );
  const last = found.at(-1);
  if (last !== undefined) {
    return last;
  }
  const studies = await studiesWithReceipts(home);
  throw new ConsiliumError(
    'not-found',
    receipts.length > 0
      ? `${study} has no receipt of ${named}: rounds ${[...new Set(receipts.map(({ round }) => round))].join(', ')} have one`
      : `there is no receipt of a study ${study}: ${studies.join(', ') || 'none of any study'}`,
  );
}
