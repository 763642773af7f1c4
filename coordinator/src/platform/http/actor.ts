/** Who asks, and how a request proves it. */
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Request } from 'express';

export type Actor =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'site'; readonly siteId: SiteId };

export type Role = Exclude<Actor['kind'], 'anybody'>;

/** Looks for proof of one role in a request; undefined if there is none or it is wrong. */
export type Authenticator = (request: Request) => Actor | undefined | Promise<Actor | undefined>;

export class Authenticators {
  private readonly byRole = new Map<Role, Authenticator>();

  /** Call it in `onModuleInit`; a route for a role that nobody can prove does not start. */
  register(role: Role, authenticator: Authenticator): void {
    this.byRole.set(role, authenticator);
  }

  has(role: Role): boolean {
    return this.byRole.has(role);
  }

  /** The first of the roles that the request proves. */
  async identify(request: Request, roles: readonly Role[]): Promise<Actor | undefined> {
    for (const role of roles) {
      const actor = await this.byRole.get(role)?.(request);
      if (actor !== undefined) {
        return actor;
      }
    }
    return undefined;
  }
}

const actors = new WeakMap<Request, Actor>();

/** Kept beside the request, where no middleware can forge it. */
export function rememberActor(request: Request, actor: Actor): void {
  actors.set(request, actor);
}

export function actorOf(request: Request): Actor {
  return actors.get(request) ?? { kind: 'anybody' };
}
