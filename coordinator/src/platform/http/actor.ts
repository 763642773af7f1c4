/** Who asks, and how a request proves it. */
import type { OperatorId, OperatorRole, Right, SiteId } from '@consilium/shared/vocabulary';
import type { Request } from 'express';
import { Signal } from '../signal.js';

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
  { readonly kind: 'token'; readonly tokenId: string; readonly expiresAtMs: number } | SessionProof;

export interface SessionProof {
  readonly kind: 'session';
  readonly sessionId: string;
  /** When the person last proved who it is. */
  readonly authenticatedAtMs: number;
  /** When it ends unless its person does something. */
  readonly endsAtMs: number;
  /** When it ends whatever its person does. */
  readonly latestEndAtMs: number;
}

/** Whether somebody did something, or a program asks on its own: a session lasts as long as its person is there. */
export type Cause = 'person' | 'background';

/** A page says with it that nobody caused the request; the value is `1`. */
export const BACKGROUND_HEADER = 'consilium-background';

/**
 * Looks for proof of a person in a request.
 * @returns undefined if the request carries none of this kind; 'wrong' if it carries one that does not hold.
 */
export type Authenticator = (
  request: Request,
  cause: Cause,
) => Promise<OperatorActor | 'wrong' | undefined> | OperatorActor | 'wrong' | undefined;

export class Authenticators {
  /** Fires when something that proved a person proves nobody any more: whoever goes on for long looks again. */
  readonly withdrawn = new Signal();
  private readonly known: Authenticator[] = [];

  /** Call it in `onModuleInit`; without any, a route that is not public keeps the application from starting. */
  register(authenticator: Authenticator): void {
    this.known.push(authenticator);
  }

  get count(): number {
    return this.known.length;
  }

  /**
   * The person that the request proves. A wrong proof is not made good by another one beside it.
   * @param cause 'background' for a look that no request of a person is behind
   */
  async identify(
    request: Request,
    cause: Cause = causeOf(request),
  ): Promise<OperatorActor | undefined> {
    for (const authenticator of this.known) {
      const actor = await authenticator(request, cause);
      if (actor !== undefined) {
        return actor === 'wrong' ? undefined : actor;
      }
    }
    return undefined;
  }
}

function causeOf({ headers }: Request): Cause {
  return headers[BACKGROUND_HEADER] === '1' ? 'background' : 'person';
}

const actors = new WeakMap<Request, Actor>();

/** Kept beside the request, where no middleware can forge it. */
export function rememberActor(request: Request, actor: Actor): void {
  actors.set(request, actor);
}

export function actorOf(request: Request): Actor {
  return actors.get(request) ?? { kind: 'anybody' };
}
