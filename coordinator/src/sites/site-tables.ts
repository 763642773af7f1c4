import type { Tables } from '../database/tables.js';
import { InviteEntity } from './invite.entity.js';
import { AddSiteDecisions1764100000010 } from './migrations/add-site-decisions.js';
import { CreateSiteTables1764000000010 } from './migrations/create-site-tables.js';
import { RetiredKeyEntity } from './retired-key.entity.js';
import { SiteEntity } from './site.entity.js';

/** What is known of sites. */
export const siteTables: Tables = {
  entities: [SiteEntity, InviteEntity, RetiredKeyEntity],
  migrations: [CreateSiteTables1764000000010, AddSiteDecisions1764100000010],
};
