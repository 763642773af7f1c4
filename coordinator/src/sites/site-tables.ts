import type { Tables } from '../database/tables.js';
import { AttendanceDayEntity } from './attendance-day.entity.js';
import { AttendanceEntity } from './attendance.entity.js';
import { InviteEntity } from './invite.entity.js';
import { AddSiteDecisions1764100000010 } from './migrations/add-site-decisions.js';
import { CreateSiteStates1764400000010 } from './migrations/create-site-states.js';
import { CreateSiteTables1764000000010 } from './migrations/create-site-tables.js';
import { RetiredKeyEntity } from './retired-key.entity.js';
import { SiteReportEntity } from './site-report.entity.js';
import { SiteEntity } from './site.entity.js';

/** What is known of sites. */
export const siteTables: Tables = {
  entities: [
    SiteEntity,
    InviteEntity,
    RetiredKeyEntity,
    AttendanceEntity,
    AttendanceDayEntity,
    SiteReportEntity,
  ],
  migrations: [
    CreateSiteTables1764000000010,
    AddSiteDecisions1764100000010,
    CreateSiteStates1764400000010,
  ],
};
