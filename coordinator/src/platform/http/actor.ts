/** Who asks, and how a request proves it. */
import type { OperatorId, OperatorRole, Right, SiteId } from '@consilium/shared/vocabulary';
import type { Request } from 'express';

export type Actor = { readonly kind: 'anybody' } | OperatorActor | SiteActor;

/** A node agent; it proves its key in the handshake of its socket. */
export interface SiteActor {
  readonly kind: 'site';
  readonly siteId: SiteId;
}

/** A person with roles, known by a pseudonym: names of people stay out of log and leaves. */
export interface OperatorActor {
  readonly kind: 'operator';
  readonly operatorId: OperatorId;
  readonly roles: readonly OperatorRole[];
  /** What this request may do: the rights of the roles, or the part of them that its token was made for. */
  readonly rights: readonly Right[];
  /** The site that a site administrator answers for. */
  readonly siteId?: SiteId;
  /** The studies that were assigned to an auditor or a study coordinator. */
  readonly studies: readonly string[];
  readonly proof: OperatorProof;
}

export type OperatorProof =
  | { readonly kind: 'token'; readonly tokenId: string; readonly expiresAtMs: number }
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      /** When the person last proved who it is. */
      readonly authenticatedAtMs: number;
    };

/**
 * Looks for proof of a person in a request.
 * @returns undefined if the request carries none of this kind; 'wrong' if it carries one that does not hold.
 */
export type Authenticator = (
  request: Request,
) => Promise<OperatorActor | 'wrong' | undefined> | OperatorActor | 'wrong' | undefined;

export class Authenticators {
  private readonly known: Authenticator[] = [];

  /** Call it in `onModuleInit`; without any, a route that is not public keeps the application from starting. */
  register(authenticator: Authenticator): void {
    this.known.push(authenticator);
  }

  get count(): number {
    return this.known.length;
  }

  /** The person that the request proves. A wrong proof is not made good by another one beside it. */
  async identify(request: Request): Promise<OperatorActor | undefined> {
    for (const authenticator of this.known) {
      const actor = await authenticator(request);
      if (actor !== undefined) {
        return actor === 'wrong' ? undefined : actor;
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
