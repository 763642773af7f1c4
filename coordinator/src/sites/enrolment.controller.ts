/** The door for hospitals that are not let in yet, or that take a new key: each request proves itself, whoever brings it. */
import { Controller, Inject, Req } from '@nestjs/common';
import {
  doublySignedKeyRotationSchema,
  enrolmentReplySchema,
  enrolmentRequestSchema,
  type DoublySignedKeyRotation,
  type EnrolmentReply,
  type EnrolmentRequest,
} from '@consilium/shared/protocol';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { requireCertificateOf } from '../platform/http/client-certificate.js';
import { Route, type RouteLimit } from '../platform/http/route.js';
import { RouteBody } from '../platform/http/route-input.js';
import { KeyRotations, type Rotated } from './key-rotations.js';
import { LiveSites } from './live-sites.js';
import { SitesService } from './sites.service.js';

const rotatedAnswer = z.object({ siteId: z.string(), keyId: z.string(), leafIndex: z.int() });

/** Guessing an invite is hopeless; a flood of signatures to verify is not free. */
const STRANGERS: RouteLimit = { perMinute: 600, by: 'address' };

@Controller('v1')
export class EnrolmentController {
  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly sites: SitesService,
    private readonly rotations: KeyRotations,
    private readonly live: LiveSites,
  ) {}

  @Route({
    method: 'POST',
    path: 'enrolments',
    permission: 'public',
    summary: 'Takes the key of a site that holds an invite; a second person lets it in.',
    status: 201,
    limit: STRANGERS,
    refusedAs: 'enrolment',
    body: { as: 'json', schema: enrolmentRequestSchema, maxBytes: 8192 },
    response: enrolmentReplySchema,
  })
  async enrol(
    @Req() { socket }: Request,
    @RouteBody() body: EnrolmentRequest,
  ): Promise<EnrolmentReply> {
    requireCertificateOf(body.enrolment.body.siteId, socket, this.config);
    const reply = await this.sites.enrol(body);
    // No leaf says that somebody waits for approval.
    this.live.changed.fire();
    return reply;
  }

  @Route({
    method: 'POST',
    path: 'rotations',
    permission: 'public',
    summary: 'Exchanges the key of a site; the request carries the signatures of both keys.',
    limit: STRANGERS,
    refusedAs: 'enrolment',
    body: { as: 'json', schema: doublySignedKeyRotationSchema, maxBytes: 8192 },
    response: rotatedAnswer,
  })
  async rotate(
    @Req() { socket }: Request,
    @RouteBody() body: DoublySignedKeyRotation,
  ): Promise<Rotated> {
    requireCertificateOf(body.byOld.body.siteId, socket, this.config);
    return this.rotations.rotate(body);
  }
}
