/** Why a row is left out, in words. */
import type { DatasetRule } from '../../trainer-link/messages.js';

export type RuleWords = Readonly<Record<DatasetRule, string>>;
