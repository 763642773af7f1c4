/** Hands out challenges and authenticates sites by the roster of enrolled ones. */
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Challenge } from '@consilium/shared/protocol';
import type { Server as HttpServer } from 'node:http';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CONFIG } from '../config/config.module.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { isOwnOrigin, listeningPort } from '../platform/http/own-origins.js';
import { SitesService } from '../sites/sites.service.js';
import { Challenges } from './challenges.js';
import { Handshake, type Welcome } from './handshake.js';

@Injectable()
export class HandshakeService {
  private readonly challenges = new Challenges(monotonicMs);
  private readonly handshake: Handshake;

  constructor(
    keys: CoordinatorKeys,
    sites: SitesService,
    @Inject(CONFIG) config: CoordinatorConfig,
    host: HttpAdapterHost,
  ) {
    this.handshake = new Handshake(
      keys.identity,
      this.challenges,
      (keyId) => sites.findActive(keyId),
      (url) =>
        isOwnOrigin(url, config, listeningPort(host.httpAdapter.getHttpServer() as HttpServer)),
    );
  }

  challenge(): Challenge {
    return this.challenges.issue();
  }

  /** @param auth attacker-controlled. @throws ConsiliumError 'handshake-failed' */
  async accept(auth: unknown): Promise<Welcome> {
    return this.handshake.accept(auth);
  }
}

/** The wall clock may be set back; the age of a challenge may not. */
function monotonicMs(): number {
  return performance.now();
}
