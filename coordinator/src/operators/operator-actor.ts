/** Narrows who asks to a person; on a route with a right the guard has seen to it. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Actor, OperatorActor } from '../platform/http/actor.js';

/** @throws ConsiliumError 'unauthenticated' */
export function operatorOf(actor: Actor): OperatorActor {
  if (actor.kind !== 'operator') {
    throw new ConsiliumError('unauthenticated', 'sign in first');
  }
  return actor;
}

/** @throws ConsiliumError 'not-permitted' for a token: what makes a session stronger is for the person alone. */
export function sessionOf(actor: Actor): {
  readonly operator: OperatorActor;
  readonly sessionId: string;
} {
  const operator = operatorOf(actor);
  if (operator.proof.kind !== 'session') {
    throw new ConsiliumError('not-permitted', 'sign in with a browser for this, not with a token');
  }
  return { operator, sessionId: operator.proof.sessionId };
}
