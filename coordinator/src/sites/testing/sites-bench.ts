/** Sites on a log without Nest, for specs. */
import { keyIdOf } from '@consilium/shared/crypto';
import { parseOperatorId } from '@consilium/shared/vocabulary';
import { auditBench, type AuditBench } from '../../audit/testing/audit-bench.js';
import type { Database } from '../../database/database.js';
import { KeyRotations } from '../key-rotations.js';
import { SiteChanges } from '../site-changes.js';
import { SiteDecisions } from '../site-decisions.js';
import { SitesRepository } from '../sites.repository.js';
import { SitesService } from '../sites.service.js';
import { enrolmentOf, type TestSite } from './test-site.js';

/** Who invites, and who approves. */
export const INVITER = parseOperatorId('op-111111111111');
export const APPROVER = parseOperatorId('op-222222222222');

export interface SitesBench extends AuditBench {
  readonly database: Database;
  readonly sites: SitesService;
  readonly decisions: SiteDecisions;
  readonly rotations: KeyRotations;
  readonly changes: SiteChanges;
  /** From the invite to the approval. */
  readonly enrol: (site: TestSite) => Promise<void>;
}

export async function sitesBench(database: Database, folder: string): Promise<SitesBench> {
  const bench = auditBench(database, folder);
  await bench.open();
  const { audit, sequencer, clock, config, keys } = bench;
  const rows = new SitesRepository();
  const changes = new SiteChanges();
  const sites = new SitesService(config, keys, database, rows, sequencer, clock);
  const decisions = new SiteDecisions(database, rows, audit, changes, clock);
  const rotations = new KeyRotations(database, rows, audit, changes, keys);
  const enrol = async (site: TestSite): Promise<void> => {
    const { invite } = await sites.createInvite(site.siteId, INVITER);
    await sites.enrol(enrolmentOf(site, invite));
    await decisions.approve(site.siteId, APPROVER, { keyId: keyIdOf(site.keys.publicKey) });
  };
  return { ...bench, database, sites, decisions, rotations, changes, enrol };
}
