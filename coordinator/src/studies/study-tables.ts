import type { Tables } from '../database/tables.js';
import { JoinEntity } from './join.entity.js';
import { AddCreators1764200000012 } from './migrations/add-creators.js';
import { AddEarlierWords1764300000012 } from './migrations/add-earlier-words.js';
import { AddPauses1764400000012 } from './migrations/add-pauses.js';
import { AddWithdrawals1764100000012 } from './migrations/add-withdrawals.js';
import { CreateStudyTables1764000000012 } from './migrations/create-study-tables.js';
import { RosterEntity } from './roster.entity.js';
import { StudyEntity } from './study.entity.js';

/** What is known of studies. */
export const studyTables: Tables = {
  entities: [StudyEntity, JoinEntity, RosterEntity],
  migrations: [
    CreateStudyTables1764000000012,
    AddWithdrawals1764100000012,
    AddCreators1764200000012,
    AddEarlierWords1764300000012,
    AddPauses1764400000012,
  ],
};
