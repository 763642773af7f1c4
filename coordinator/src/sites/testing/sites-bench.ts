/** Sites on a log without Nest, for specs. */
import { auditBench, type AuditBench } from '../../audit/testing/audit-bench.js';
import type { Database } from '../../database/database.js';
import { SitesRepository } from '../sites.repository.js';
import { EnrolmentLog, SitesService } from '../sites.service.js';
import { enrolmentOf, type TestSite } from './test-site.js';

export interface SitesBench extends AuditBench {
  readonly database: Database;
  readonly sites: SitesService;
  readonly enrol: (site: TestSite) => Promise<void>;
}

export async function sitesBench(database: Database, folder: string): Promise<SitesBench> {
  const bench = auditBench(database, folder);
  await bench.open();
  const sites = new SitesService(
    bench.config,
    bench.keys,
    database,
    new SitesRepository(),
    new EnrolmentLog(bench.audit, bench.sequencer),
    bench.clock,
  );
  const enrol = async (site: TestSite): Promise<void> => {
    const { invite } = await sites.createInvite(site.siteId);
    await sites.enrol(enrolmentOf(site, invite));
  };
  return { ...bench, database, sites, enrol };
}
