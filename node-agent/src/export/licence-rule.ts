/** Whether what was trained on a base may be passed on: an exported adapter or merged model is derived from the base. */
import { findModel, type CatalogueModel } from '@consilium/shared/catalogue';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/**
 * @param ids what the study, the folder and the caller call the base; ids that the catalogue lacks say nothing
 * @returns the first model that is known
 * @throws ConsiliumError 'licence-forbids-sharing' naming licence and clause when any of them may not be passed on in derived form
 */
export function requireShareable(ids: readonly (string | undefined)[]): CatalogueModel | undefined {
  const known = ids.flatMap((id) => (id === undefined ? [] : (findModel(id) ?? [])));
  const forbidden = known.find(({ licence }) => licence.derivatives === 'forbidden');
  if (forbidden !== undefined) {
    const { title, licence } = forbidden;
    throw new ConsiliumError(
      'licence-forbids-sharing',
      `nothing is exported: the licence of ${title} (${licence.name}) forbids to pass on what is derived from it: ${licence.clause}`,
    );
  }
  return known[0];
}
