export {
  CATALOGUE,
  findModel,
  modelOfRepository,
  possibleModels,
  requireModel,
  unsupportedModel,
  type PossibleModel,
} from './catalogue.js';
export { activationBytes, forwardOperations, loadBytes, parameterCount } from './cost.js';
export {
  FIELDS,
  type CatalogueModel,
  type Fact,
  type Field,
  type Licence,
  type Permission,
  type UnsupportedModel,
} from './model.js';
export { studyCost, type Hospital, type StudyCost } from './study-cost.js';
