/**
 * Sessions of browsers: 32 random bytes in a cookie, kept as a hash. A session ends half an hour after the last request that
 * its person caused, twelve hours after the first, when the person says so, and when password or roles change.
 */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import type { Cause, OperatorActor, SessionProof } from '../platform/http/actor.js';
import { actorOf } from './api-tokens.service.js';
import {
  CredentialsRepository,
  type Session,
  type SignInMethod,
} from './credentials.repository.js';
import { freshSecret, hashSecret, newHandle } from './operator.js';
import { OperatorsRepository } from './operators.repository.js';

export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** How exactly the last request is known: not every one costs a write. */
const SEEN_STEP_MS = 60_000;

export interface OpenedSession {
  /** For the cookie, and for nothing else. */
  readonly secret: string;
  readonly session: Session;
}

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly operators: OperatorsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param replaced the secret of the browser's session so far, which ends.
   * @param authenticatedAtMs now, if not given.
   */
  async open(
    operatorId: OperatorId,
    method: SignInMethod,
    replaced: string | undefined,
    authenticatedAtMs?: number,
  ): Promise<OpenedSession> {
    const nowMs = this.clock.nowMs();
    const { secret, hash } = freshSecret('');
    const session: Session = {
      sessionId: newHandle(),
      operatorId,
      method,
      createdAtMs: nowMs,
      seenAtMs: nowMs,
      authenticatedAtMs: Math.min(authenticatedAtMs ?? nowMs, nowMs),
    };
    await this.database.transaction(async (tx) => {
      const old =
        replaced === undefined
          ? undefined
          : await this.credentials.findSession(tx, hashSecret(replaced));
      if (old !== undefined) {
        await this.credentials.deleteSession(tx, old.operatorId, old.sessionId);
      }
      await this.credentials.insertSession(tx, session, { hash, oldestMs: nowMs - ABSOLUTE_MS });
    });
    return { secret, session };
  }

  /**
   * @param cause a request that no person caused leaves the end of the session where it is.
   * @returns undefined unless the session goes on and the account is open.
   */
  async authenticate(secret: string, cause: Cause = 'person'): Promise<OperatorActor | undefined> {
    const found = await this.database.read(async (reader) => {
      const session = await this.credentials.findSession(reader, hashSecret(secret));
      const owner = session && (await this.operators.find(reader, session.operatorId));
      return session && owner ? { session, owner } : undefined;
    });
    const nowMs = this.clock.nowMs();
    if (found === undefined || found.owner.disabledAtMs !== undefined) {
      return undefined;
    }
    const { session, owner } = found;
    if (!isAlive(session, nowMs)) {
      return undefined;
    }
    return actorOf(owner, undefined, proofOf(await this.seen(session, cause, nowMs)));
  }

  /** Those that go on. */
  async list(operatorId: OperatorId): Promise<Session[]> {
    const sessions = await this.database.read((reader) =>
      this.credentials.sessions(reader, operatorId),
    );
    return sessions.filter((session) => isAlive(session, this.clock.nowMs()));
  }

  /** @throws ConsiliumError 'not-found' */
  async end(operatorId: OperatorId, sessionId: string): Promise<void> {
    const existed = await this.database.transaction((tx) =>
      this.credentials.deleteSession(tx, operatorId, sessionId),
    );
    if (!existed) {
      throw new ConsiliumError('not-found', `no session of this person is called ${sessionId}`);
    }
  }

  /** @returns the session as it is from now on. */
  private async seen(session: Session, cause: Cause, nowMs: number): Promise<Session> {
    if (cause === 'background' || nowMs - session.seenAtMs <= SEEN_STEP_MS) {
      return session;
    }
    const { sessionId } = session;
    await this.database.transaction((tx) => this.credentials.touchSession(tx, sessionId, nowMs));
    return { ...session, seenAtMs: nowMs };
  }
}

function isAlive(session: Session, nowMs: number): boolean {
  return nowMs <= endOf(session);
}

/** The last moment of a session whose person does nothing more. */
function endOf({ createdAtMs, seenAtMs }: Session): number {
  return Math.min(createdAtMs + ABSOLUTE_MS, seenAtMs + IDLE_MS);
}

function proofOf(session: Session): SessionProof {
  const { sessionId, authenticatedAtMs, createdAtMs } = session;
  const latestEndAtMs = createdAtMs + ABSOLUTE_MS;
  return { kind: 'session', sessionId, authenticatedAtMs, endsAtMs: endOf(session), latestEndAtMs };
}
