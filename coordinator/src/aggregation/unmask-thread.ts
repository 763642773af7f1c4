/** The worker thread of take-off-masks: one range of the sum, which lies in memory that it shares. */
import { parentPort, workerData } from 'node:worker_threads';
import { addMasks } from '@consilium/shared/secagg';
import type { RangeOrder } from './take-off-masks.js';

const { sum, masks, range } = workerData as RangeOrder;
addMasks(sum, masks, range);
parentPort?.postMessage('done');
