/**
 * Lets nobody through that the route's declaration does not name; a handler without declaration is closed. A person needs the
 * right, on a route of a study also the study, and for a right that changes trust a session needs a fresh proof of who it is.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConsiliumError, SENSITIVE_RIGHTS, type Right } from '@consilium/shared/vocabulary';
import type { Request } from 'express';
import { Clock } from '../clock.js';
import { Authenticators, rememberActor, type Cause, type OperatorActor } from './actor.js';
import { Refusals } from './refusals.js';
import { declarationOf, rightsOf, type RouteDeclaration } from './route.js';
import { StudyReach } from './study-reach.js';

/** How long a session may use sensitive rights after the person has proven who it is. */
export const RECENT_AUTHENTICATION_MS = 10 * 60_000;

@Injectable()
export class RouteGuard implements CanActivate {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly reach: StudyReach,
    private readonly clock: Clock,
    private readonly refusals: Refusals,
  ) {}

  /** @throws ConsiliumError 'unauthenticated' | 'not-permitted' */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') {
      return true;
    }
    const declaration = declarationOf(context.getHandler());
    if (declaration === undefined) {
      throw new ConsiliumError('not-permitted', 'this route has no permission');
    }
    if (declaration.permission === 'public') {
      return true;
    }
    const request = context.switchToHttp().getRequest<Request>();
    const actor = await this.authenticators.identify(request, causeOf(declaration));
    if (actor === undefined) {
      // The cookie of a session that ended is no attempt: browsers send it on their own.
      if (request.headers.authorization !== undefined) {
        this.refusals.report('token');
      }
      throw new ConsiliumError('unauthenticated', 'sign in, or present a token that is valid');
    }
    if (declaration.permission !== 'signed-in') {
      await this.requirePermission(actor, declaration, request);
    }
    rememberActor(request, actor);
    return true;
  }

  private async requirePermission(
    actor: OperatorActor,
    declaration: RouteDeclaration,
    request: Request,
  ): Promise<void> {
    const wanted = rightsOf(declaration.permission);
    const held = wanted.filter((right) => actor.rights.includes(right));
    if (held.length === 0) {
      throw new ConsiliumError('not-permitted', `this needs the right ${wanted.join(' or ')}`);
    }
    const studyId: unknown = request.params['studyId'];
    if (typeof studyId === 'string' && !(await this.reach.reaches(actor, studyId, held))) {
      // The same words whether there is such a study or not.
      throw new ConsiliumError('not-permitted', 'this study is not among those you were given');
    }
    requireRecent(actor, held, this.clock.nowMs());
  }
}

/** Browsers come back to a stream of events by themselves, as often as it breaks (WHATWG HTML section 9.2.3). */
function causeOf({ response }: RouteDeclaration): Cause | undefined {
  return response === 'text/event-stream' ? 'background' : undefined;
}

/**
 * A session that was opened a while ago may be somebody else's by now.
 * @param held the rights that the request uses; it is enough that one of them is not sensitive.
 * @throws ConsiliumError 'unauthenticated' (RFC 9470: a fresh authentication is what is missing)
 */
export function requireRecent(
  { proof }: OperatorActor,
  held: readonly Right[],
  nowMs: number,
): void {
  const isSensitive = held.every((right) => SENSITIVE_RIGHTS.includes(right));
  if (
    isSensitive &&
    proof.kind === 'session' &&
    nowMs - proof.authenticatedAtMs > RECENT_AUTHENTICATION_MS
  ) {
    const minutes = RECENT_AUTHENTICATION_MS / 60_000;
    throw new ConsiliumError(
      'unauthenticated',
      `sign in again: this is open for ${minutes} minutes after you have`,
      { detail: { recentAuthentication: true } },
    );
  }
}
