/**
 * A live socket proves its site's key again: every ten minutes, and whenever the site's place in a roster changes. A key that was
 * taken away meanwhile, or left behind in a process that no longer holds it, ends the socket. docs/protocol/v1.md section 2.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { keyIdOf, randomBytes, verifyBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { sessionAnswerSchema } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Clock } from '../platform/clock.js';
import { SiteChanges } from '../sites/site-changes.js';
import { SitesService } from '../sites/sites.service.js';
import { StudyMembership } from '../studies/study-membership.js';
import type { Welcome } from './handshake.js';
import { Presence } from './presence.js';
import type { SiteConnection } from './site-connection.js';

export const REAUTHENTICATION_MS = 10 * 60_000;

/** What a proof must repeat. */
export type Session = Pick<Welcome, 'siteId' | 'url' | 'transcriptHash'>;

interface Watched {
  readonly session: Session;
  readonly cancel: () => void;
}

@Injectable()
export class Reauthentication implements OnModuleInit {
  private readonly watched = new Map<SiteConnection, Watched>();

  constructor(
    private readonly sites: SitesService,
    private readonly changes: SiteChanges,
    private readonly membership: StudyMembership,
    private readonly presence: Presence,
    private readonly keys: CoordinatorKeys,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.changes.listen({
      ended: (siteId, reason) => {
        this.presence.end(siteId, reason);
      },
    });
    this.membership.onChanged((siteId) => {
      for (const [connection, { session }] of this.watched) {
        if (connection.siteId === siteId) {
          void this.check(connection, session);
        }
      }
    });
  }

  /** Asks every ten minutes, until `forget`. */
  watch(connection: SiteConnection, session: Session): void {
    const cancel = this.clock.after(REAUTHENTICATION_MS, () => {
      void this.check(connection, session);
      this.watch(connection, session);
    });
    this.watched.set(connection, { session, cancel });
  }

  /** The key may have been taken away while its handshake was under way. */
  async requireStillActive(connection: SiteConnection, { keyId }: Welcome): Promise<void> {
    if ((await this.sites.findActive(keyId)) === undefined) {
      connection.end('revoked');
    }
  }

  forget(connection: SiteConnection): void {
    this.watched.get(connection)?.cancel();
    this.watched.delete(connection);
  }

  /** Asks now; ends the connection unless the site proves the key that it has now. */
  async check(connection: SiteConnection, session: Session): Promise<void> {
    const challenge = toBase64(randomBytes(32));
    const answer = await connection.prove({ kind: 'session.challenge', challenge });
    if (!connection.isOpen) {
      return;
    }
    try {
      await this.requireProof(answer, session, challenge);
    } catch (error) {
      connection.end('not-reauthenticated', error);
    }
  }

  private async requireProof(answer: unknown, session: Session, challenge: string): Promise<void> {
    const parsed = sessionAnswerSchema.safeParse(answer);
    if (!parsed.success) {
      throw new ConsiliumError('bad-message', 'the answer to the challenge has no known form');
    }
    const { proof } = parsed.data;
    const site = await this.sites.findActive(proof.keyId);
    if (site?.siteId !== session.siteId) {
      throw new ConsiliumError('unknown-key', `the key is not that of ${session.siteId} any more`);
    }
    const body = verifyBody('session', proof, site.identityKey);
    const isOfThisSession =
      body.siteId === session.siteId &&
      body.coordinatorKeyId === keyIdOf(this.keys.identity.publicKey) &&
      body.url === session.url &&
      body.challenge === challenge &&
      body.transcriptHash === session.transcriptHash;
    if (!isOfThisSession) {
      throw new ConsiliumError('bad-message', 'the proof is of another session');
    }
  }
}
