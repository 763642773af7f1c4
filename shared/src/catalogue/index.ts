export {
  CATALOGUE,
  findModel,
  modelOfRepository,
  parameterCount,
  possibleModels,
  requireModel,
  unsupportedModel,
  type PossibleModel,
} from './catalogue.js';
export {
  FIELDS,
  type CatalogueModel,
  type Fact,
  type Field,
  type Licence,
  type Permission,
  type UnsupportedModel,
} from './model.js';
