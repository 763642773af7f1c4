/** Lets nobody through that the route's declaration does not name; a handler without declaration is closed. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request } from 'express';
import { Authenticators, rememberActor } from './actor.js';
import { declarationOf, rolesOf } from './route.js';

@Injectable()
export class RouteGuard implements CanActivate {
  constructor(private readonly authenticators: Authenticators) {}

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
    const actor = await this.authenticators.identify(request, rolesOf(declaration.permission));
    if (actor === undefined) {
      throw new ConsiliumError('unauthenticated', 'present the token of a role that may do this');
    }
    rememberActor(request, actor);
    return true;
  }
}
