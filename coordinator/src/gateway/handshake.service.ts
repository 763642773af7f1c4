/** Hands out challenges, limits how often an address may try, and authenticates sites by the roster of enrolled ones. */
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Challenge } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Server as HttpServer } from 'node:http';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CONFIG } from '../config/config.module.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { SitesService } from '../sites/sites.service.js';
import { Challenges } from './challenges.js';
import { Handshake, type Welcome } from './handshake.js';
import { isOwnOrigin, listeningPort } from './own-origins.js';
import { RateLimit } from './rate-limit.js';

/** Many sites may share one address behind a proxy, and all of them come back at once after a restart. */
const RULES = { burst: 300, perSecond: 20, addresses: 10_000 };

@Injectable()
export class HandshakeService {
  private readonly challenges = new Challenges(monotonicMs);
  private readonly limit = new RateLimit(RULES, monotonicMs);
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
      (keyId) => sites.findByKeyId(keyId),
      (url) =>
        isOwnOrigin(url, config, listeningPort(host.httpAdapter.getHttpServer() as HttpServer)),
    );
  }

  /** @throws ConsiliumError 'quota-exceeded' */
  challenge(address: string): Challenge {
    if (!this.limit.take(address)) {
      throw new ConsiliumError('quota-exceeded', 'too many handshakes from this address');
    }
    return this.challenges.issue();
  }

  /** Whether the address may open a socket now. */
  admits(address: string): boolean {
    return this.limit.take(address);
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
