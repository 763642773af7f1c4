export * from './round-machine.js';
export * from './site-machine.js';
export * from './study-machine.js';
export { acceptancesNeeded } from './voting.js';
