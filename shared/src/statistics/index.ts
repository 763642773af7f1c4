export {
  accuracy,
  addConfusions,
  balancedAccuracy,
  confusionMatrix,
  type ConfusionMatrix,
} from './confusion.js';
export { auroc, macroAuroc } from './roc.js';
