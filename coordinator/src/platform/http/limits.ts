/** How much one address may ask: the same count for requests and for sockets that open. */
import { Inject, Injectable } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { IncomingMessage } from 'node:http';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { CONFIG } from '../../config/config.module.js';
import { ClientAddresses, limitKey } from './client-address.js';
import { RateLimit } from './rate-limit.js';

/** Addresses remembered; beyond them the one that asked longest ago is forgotten. */
const ADDRESSES = 20_000;

@Injectable()
export class RequestLimits {
  readonly addresses: ClientAddresses;
  private readonly requests: RateLimit;

  constructor(@Inject(CONFIG) { limits, trustedProxies }: CoordinatorConfig) {
    this.addresses = new ClientAddresses(trustedProxies);
    this.requests = perMinute(limits.requestsPerMinute);
  }

  /** Counts the request; false when its address has asked too much. */
  admits(request: IncomingMessage): boolean {
    return this.requests.take(this.keyOf(request));
  }

  /** What somebody is told who is not admitted. */
  refusal(): ConsiliumError {
    return tooMany('address', this.requests);
  }

  keyOf(request: IncomingMessage): string {
    return limitKey(this.addresses.of(request));
  }
}

/** A third of a minute's share may come at once. */
export function perMinute(allowed: number): RateLimit {
  const rules = { burst: Math.ceil(allowed / 3), perSecond: allowed / 60, addresses: ADDRESSES };
  return new RateLimit(rules, () => performance.now());
}

/** @param whom of whom there were too many requests, for the sentence. */
export function tooMany(whom: string, { secondsUntilNext }: RateLimit): ConsiliumError {
  const message = `too many requests from this ${whom}: wait a minute`;
  return new ConsiliumError('quota-exceeded', message, {
    detail: { retryAfterSeconds: secondsUntilNext },
  });
}
