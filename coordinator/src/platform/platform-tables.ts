import type { Tables } from '../database/tables.js';
import { JobEntity } from './jobs/job.entity.js';
import { CreatePlatformTables1764000000001 } from './migrations/create-platform-tables.js';
import { OutboxEntity } from './outbox/outbox.entity.js';
import { TimerEntity } from './timers/timer.entity.js';

/** What the platform keeps: jobs, timers, outbox. */
export const platformTables: Tables = {
  entities: [JobEntity, TimerEntity, OutboxEntity],
  migrations: [CreatePlatformTables1764000000001],
};
