/** Many hospitals that are there in name: let in, waiting or put out, with what they last said of themselves. None of them answers, and no leaf speaks of them. */
import type { INestApplicationContext, Type } from '@nestjs/common';
import { keyIdOf } from '@consilium/shared/crypto';
import type { SiteReport } from '@consilium/shared/protocol';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { LiveSites } from '../../sites/live-sites.js';
import type { SiteStatus } from '../../sites/site.entity.js';
import { SiteStatesRepository } from '../../sites/site-states.repository.js';
import { SitesRepository } from '../../sites/sites.repository.js';
import { APPROVER, INVITER } from '../../sites/testing/sites-bench.js';
import { enrolmentOf, testSite } from '../../sites/testing/test-site.js';

const ENGINES = ['onnxruntime', 'tensorflow', 'webgpu'] as const;
const ANY_INVITE = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Of each hundred, by the last two digits: these wait for approval, and these are put out. */
const WAITING = [17, 18];
const PUT_OUT = [66];

/** All of them in one transaction: this is about lists, not about enrolments. */
export async function addCrowd(nest: INestApplicationContext, count: number): Promise<void> {
  const get = <T>(type: { readonly prototype: T }): T =>
    nest.get<T>(type as Type<T>, { strict: false });
  const atMs = Date.now();
  const sites = Array.from({ length: count }, (_, i) => ({ no: i + 1, ...nameless(i + 1) }));
  await get(Database).transaction(async (tx: Transaction) => {
    for (const { no, site, status } of sites) {
      const { siteId, keys } = site;
      const identityKey = keys.publicKey;
      const made = { siteId, identityKey, keyId: keyIdOf(identityKey) };
      const { enrolment } = enrolmentOf(site, ANY_INVITE);
      const entry = { ...made, enrolledAtMs: atMs, invitedBy: INVITER };
      await get(SitesRepository).insert(tx, entry, enrolment);
      if (status !== 'pending') {
        const reason = status === 'revoked' ? { reason: 'left' } : {};
        await get(SitesRepository).decide(tx, siteId, { status, by: APPROVER, atMs, ...reason });
        await get(SiteStatesRepository).setReport(tx, siteId, reportOf(no), atMs);
      }
    }
  });
  for (const { no, site, status } of sites) {
    if (status === 'active' && no % 5 !== 0) {
      const agentVersion = no % 3 === 0 ? '0.1.1' : '0.1.0';
      get(LiveSites).connected(site.siteId, { sinceMs: atMs, agentVersion });
    }
  }
}

function nameless(no: number) {
  const status: SiteStatus = WAITING.includes(no % 100)
    ? 'pending'
    : PUT_OUT.includes(no % 100)
      ? 'revoked'
      : 'active';
  return { site: testSite(`clinic-${String(no).padStart(3, '0')}`), status };
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
