/** Holds each route to the limit of its declaration. It runs after the route guard, so it knows who asks. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { actorOf, type Actor } from './actor.js';
import { perMinute, RequestLimits, tooMany } from './limits.js';
import type { RateLimit } from './rate-limit.js';
import { Refusals } from './refusals.js';
import { declarationOf, type RouteLimit } from './route.js';

@Injectable()
export class LimitsGuard implements CanActivate {
  private readonly byRoute = new Map<object, RateLimit>();

  constructor(
    private readonly requests: RequestLimits,
    private readonly refusals: Refusals,
  ) {}

  /** @throws ConsiliumError 'quota-exceeded' */
  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const limit = context.getType() === 'http' ? declarationOf(handler)?.limit : undefined;
    if (limit !== undefined) {
      this.take(handler, limit, context.switchToHttp().getRequest());
    }
    return true;
  }

  private take(handler: object, limit: RouteLimit, request: Request): void {
    const counted = this.byRoute.get(handler) ?? perMinute(limit.perMinute);
    this.byRoute.set(handler, counted);
    const key = limit.by === 'actor' ? keyOfActor(actorOf(request)) : undefined;
    if (!counted.take(key ?? this.requests.keyOf(request))) {
      this.refusals.report('rate-limit');
      throw tooMany(limit.by === 'actor' ? 'account' : 'address', counted);
    }
  }
}

/** Nobody has no key: then the address counts. */
function keyOfActor(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'anybody':
      return undefined;
    case 'operator':
      return `operator ${actor.operatorId}`;
    case 'site':
      return `site ${actor.siteId}`;
  }
}
