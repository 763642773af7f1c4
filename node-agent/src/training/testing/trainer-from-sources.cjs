/**
 * The trainer process straight from TypeScript sources, so that a spec can fork the real one without a build:
 * `node --conditions=@consilium/source trainer-from-sources.cjs`.
 */
const { join } = require('node:path');
require('./from-sources.cjs');

require(join(__dirname, '../../trainer.ts'));
