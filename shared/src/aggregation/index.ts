export { exceedsNorm, squaredNormOfMean } from './norm-bound.js';
export { applyRingSums, type CombineRule, type RingSums } from './grouped-mean.js';
export { createRingSum, type RingSum } from './ring-sum.js';
export { applyUpdate, type ServerOptimizer, type UpdateInput } from './server-update.js';
export { aggregationWeight, LARGEST_WEIGHT, requireWeight, weightTotal } from './weights.js';
