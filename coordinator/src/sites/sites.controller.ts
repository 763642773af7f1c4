import { Controller } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import {
  enrolmentReplySchema,
  enrolmentRequestSchema,
  siteIdSchema,
  type EnrolmentReply,
  type EnrolmentRequest,
} from '@consilium/shared/protocol';
import { z } from 'zod';
import { Route } from '../platform/http/route.js';
import { RouteBody } from '../platform/http/route-input.js';
import { SitesService, type NewInvite } from './sites.service.js';

const inviteBody = z.strictObject({ siteId: siteIdSchema });
const inviteAnswer = z.object({
  invite: z.base64(),
  siteId: z.string(),
  expiresAtMs: z.int(),
});
const sitesAnswer = z.array(
  z.object({
    siteId: z.string(),
    keyId: z.string(),
    identityKey: z.base64(),
    enrolledAtMs: z.int(),
  }),
);

@Controller('v1')
export class SitesController {
  constructor(private readonly sites: SitesService) {}

  @Route({
    method: 'POST',
    path: 'invites',
    permission: 'sites.invite',
    summary: 'Makes an invite for a site; its secret is in this answer and nowhere else.',
    status: 201,
    body: { as: 'json', schema: inviteBody, maxBytes: 1024 },
    response: inviteAnswer,
  })
  invite(@RouteBody() body: z.infer<typeof inviteBody>): Promise<NewInvite> {
    return this.sites.createInvite(body.siteId);
  }

  @Route({
    method: 'POST',
    path: 'enrolments',
    permission: 'public',
    summary: 'Takes a site in that holds an invite.',
    status: 201,
    body: { as: 'json', schema: enrolmentRequestSchema, maxBytes: 8192 },
    response: enrolmentReplySchema,
  })
  enrol(@RouteBody() body: EnrolmentRequest): Promise<EnrolmentReply> {
    return this.sites.enrol(body);
  }

  @Route({
    method: 'GET',
    path: 'sites',
    permission: 'sites.read',
    summary: 'The sites that have enrolled.',
    response: sitesAnswer,
  })
  async list(): Promise<z.infer<typeof sitesAnswer>> {
    const sites = await this.sites.list();
    return sites.map((site) => ({ ...site, identityKey: toBase64(site.identityKey) }));
  }
}
