import { Controller } from '@nestjs/common';
import {
  newInviteSchema,
  openInviteSchema,
  siteViewSchema,
  type OpenInvite,
  type SiteView,
} from '@consilium/shared/answers';
import { keyIdSchema, siteIdSchema } from '@consilium/shared/protocol';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { Route } from '../platform/http/route.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { LiveSites } from './live-sites.js';
import { SiteDecisions } from './site-decisions.js';
import { SiteViews } from './site-views.service.js';
import { SitesService, type NewInvite } from './sites.service.js';

const inviteBody = z.strictObject({ siteId: siteIdSchema });
const siteParams = z.strictObject({ siteId: siteIdSchema });
type SiteParams = z.infer<typeof siteParams>;
const approvalBody = z.union([
  z.strictObject({ words: z.string().min(1).max(200) }),
  z.strictObject({ keyId: keyIdSchema }),
]);
const rejectionBody = z.strictObject({ reason: z.string().trim().min(1).max(200) });
const revocationBody = z.strictObject({
  reason: z.enum(['key-lost', 'key-compromised', 'left', 'misconduct']),
});
@Controller('v1')
export class SitesController {
  constructor(
    private readonly sites: SitesService,
    private readonly decisions: SiteDecisions,
    private readonly views: SiteViews,
    private readonly live: LiveSites,
    private readonly reach: StudyReach,
  ) {}

  @Route({
    method: 'POST',
    path: 'invites',
    permission: 'sites.invite',
    summary:
      'Makes an invite for a site, in place of an older one; its secret is in this answer and nowhere else.',
    status: 201,
    body: { as: 'json', schema: inviteBody, maxBytes: 1024 },
    response: newInviteSchema,
  })
  async invite(
    @RouteActor() actor: Actor,
    @RouteBody() body: z.infer<typeof inviteBody>,
  ): Promise<NewInvite> {
    const invite = await this.sites.createInvite(body.siteId, operatorOf(actor));
    this.live.changed.fire();
    return invite;
  }

  @Route({
    method: 'GET',
    path: 'invites',
    permission: 'sites.invite',
    summary:
      'The invites that no site has claimed yet, without their secrets; also those that are too old.',
    response: z.array(openInviteSchema),
  })
  invites(): Promise<OpenInvite[]> {
    return this.sites.unclaimedInvites();
  }

  @Route({
    method: 'GET',
    path: 'sites',
    permission: 'sites.read',
    summary:
      'The sites that have claimed an invite, and where they stand; who lets no sites in sees its own and the members of its studies.',
    response: z.array(siteViewSchema),
  })
  async list(@RouteActor() actor: Actor): Promise<SiteView[]> {
    const visible = await this.reach.visibleSites(actor);
    const sites = (await this.sites.list()).filter(
      ({ siteId }) => visible === 'every-site' || visible.has(siteId),
    );
    return this.views.of(actor, sites);
  }

  @Route({
    method: 'GET',
    path: 'sites/:siteId',
    permission: 'sites.read',
    summary: 'One site.',
    params: siteParams,
    response: siteViewSchema,
  })
  async show(@RouteActor() actor: Actor, @RouteParams() { siteId }: SiteParams): Promise<SiteView> {
    const visible = await this.reach.visibleSites(actor);
    if (visible !== 'every-site' && !visible.has(siteId)) {
      // The same words whether there is such a site or not.
      throw new ConsiliumError('not-found', `no site is called ${siteId}`);
    }
    return this.views.ofOne(actor, await this.sites.get(siteId));
  }

  @Route({
    method: 'POST',
    path: 'sites/:siteId/approval',
    permission: 'sites.approve',
    summary:
      'Lets a pending site in; the caller has compared its fingerprint and did not invite it.',
    params: siteParams,
    body: { as: 'json', schema: approvalBody, maxBytes: 1024 },
    response: siteViewSchema,
  })
  async approve(
    @RouteActor() actor: Actor,
    @RouteParams() { siteId }: SiteParams,
    @RouteBody() body: z.infer<typeof approvalBody>,
  ): Promise<SiteView> {
    return this.views.ofOne(actor, await this.decisions.approve(siteId, operatorOf(actor), body));
  }

  @Route({
    method: 'POST',
    path: 'sites/:siteId/rejection',
    permission: 'sites.approve',
    summary: 'Turns a pending site away.',
    params: siteParams,
    body: { as: 'json', schema: rejectionBody, maxBytes: 1024 },
    response: siteViewSchema,
  })
  async reject(
    @RouteActor() actor: Actor,
    @RouteParams() { siteId }: SiteParams,
    @RouteBody() { reason }: z.infer<typeof rejectionBody>,
  ): Promise<SiteView> {
    const site = await this.decisions.reject(siteId, operatorOf(actor), reason);
    this.live.changed.fire();
    return this.views.ofOne(actor, site);
  }

  @Route({
    method: 'POST',
    path: 'sites/:siteId/revocation',
    permission: 'sites.revoke',
    summary: 'Takes the place of a site away: its key counts no longer, its socket ends.',
    params: siteParams,
    body: { as: 'json', schema: revocationBody, maxBytes: 1024 },
    response: siteViewSchema,
  })
  async revoke(
    @RouteActor() actor: Actor,
    @RouteParams() { siteId }: SiteParams,
    @RouteBody() { reason }: z.infer<typeof revocationBody>,
  ): Promise<SiteView> {
    return this.views.ofOne(actor, await this.decisions.revoke(siteId, operatorOf(actor), reason));
  }
}

function operatorOf(actor: Actor): OperatorId {
  if (actor.kind !== 'operator') {
    throw new ConsiliumError('not-permitted', 'people decide about sites');
  }
  return actor.operatorId;
}
