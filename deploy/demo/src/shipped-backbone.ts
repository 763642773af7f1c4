/** The backbone that the project ships; its recipe and measured quality stand beside it. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SHIPPED_BACKBONE = join(dirname(fileURLToPath(import.meta.url)), '..', 'backbone');
