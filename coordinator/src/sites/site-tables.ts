import type { Tables } from '../database/tables.js';
import { InviteEntity } from './invite.entity.js';
import { CreateSiteTables1764000000010 } from './migrations/create-site-tables.js';
import { SiteEntity } from './site.entity.js';

/** What is known of sites. */
export const siteTables: Tables = {
  entities: [SiteEntity, InviteEntity],
  migrations: [CreateSiteTables1764000000010],
};
