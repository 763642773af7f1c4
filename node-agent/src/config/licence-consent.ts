/**
 * Models that their publishers hand out only after terms were accepted: agent.yaml records who of the hospital did that, and
 * without the record such a model is not used. A file cannot show that its terms were accepted, so the record is what there is.
 */
import { findModel, type CatalogueModel } from '@consilium/shared/catalogue';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { LicenceRecord } from './agent-config.js';
import { readFolderModel } from './folder-model.js';

/** The record for a model, if there is one. */
export function consentOf(
  model: string,
  licences: readonly LicenceRecord[],
): LicenceRecord | undefined {
  return licences.find((record) => record.model === model);
}

/**
 * @param model id of the catalogue; undefined, or an id that the catalogue lacks, needs no consent
 * @throws ConsiliumError 'licence-not-accepted' saying what to record and where
 */
export function requireConsent(
  model: string | undefined,
  licences: readonly LicenceRecord[],
): void {
  const known = model === undefined ? undefined : findModel(model);
  if (known?.gated === true && consentOf(known.id, licences) === undefined) {
    throw new ConsiliumError('licence-not-accepted', consentSentence(known));
  }
}

/**
 * The consent for whatever a folder of this machine holds: what its own files name, and what others say of it.
 * @throws ConsiliumError 'licence-not-accepted'
 */
export async function requireFolderConsent(
  folder: string,
  named: readonly (string | undefined)[],
  licences: readonly LicenceRecord[],
): Promise<void> {
  for (const model of [...named, await readFolderModel(folder)]) {
    requireConsent(model, licences);
  }
}

/** What to accept, and the line that records it. */
export function consentSentence({ id, title, consent, licence }: CatalogueModel): string {
  return (
    `${title} is handed out on conditions (${licence.name}): ${consent ?? 'its terms'}. ` +
    `agent.yaml records no consent; add under licences: ` +
    `{ model: ${id}, acceptedBy: NAME, acceptedOn: YYYY-MM-DD }`
  );
}
