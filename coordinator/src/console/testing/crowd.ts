/** Many hospitals that are there in name: let in, waiting or put out, with what they last said of themselves. None of them answers. */
import type { INestApplicationContext, Type } from '@nestjs/common';
import { keyIdOf } from '@consilium/shared/crypto';
import type { SiteReport } from '@consilium/shared/protocol';
import { LiveSites } from '../../sites/live-sites.js';
import { SiteDecisions } from '../../sites/site-decisions.js';
import { SiteReports } from '../../sites/site-reports.service.js';
import { SitesService } from '../../sites/sites.service.js';
import { APPROVER, INVITER } from '../../sites/testing/sites-bench.js';
import { enrolmentOf, testSite } from '../../sites/testing/test-site.js';

const ENGINES = ['onnxruntime', 'tensorflow', 'webgpu'] as const;

/** Of each hundred, by the last two digits: these wait for approval, and these are put out. */
const WAITING = [17, 18];
const PUT_OUT = [66];

export async function addCrowd(nest: INestApplicationContext, count: number): Promise<void> {
  const get = <T>(type: { readonly prototype: T }): T =>
    nest.get<T>(type as Type<T>, { strict: false });
  for (let no = 1; no <= count; no += 1) {
    const site = testSite(`clinic-${String(no).padStart(3, '0')}`);
    const { siteId, keys } = site;
    const { invite } = await get(SitesService).createInvite(siteId, INVITER);
    await get(SitesService).enrol(enrolmentOf(site, invite));
    const place = no % 100;
    if (WAITING.includes(place)) {
      continue;
    }
    const keyId = keyIdOf(keys.publicKey);
    await get(SiteDecisions).approve(siteId, APPROVER, { keyId });
    if (PUT_OUT.includes(place)) {
      await get(SiteDecisions).revoke(siteId, APPROVER, 'left');
      continue;
    }
    await get(SiteReports).take(siteId, reportOf(no));
    if (no % 5 !== 0) {
      const agentVersion = no % 3 === 0 ? '0.1.1' : '0.1.0';
      get(LiveSites).connected(siteId, { sinceMs: Date.now(), agentVersion });
    }
  }
}

function reportOf(no: number): SiteReport {
  const backend = ENGINES[no % ENGINES.length] ?? 'onnxruntime';
  return {
    v: 1,
    engine: { backend, version: '1.22.0', device: 'processor' },
    paused: no % 40 === 0,
    studies: [],
  };
}
