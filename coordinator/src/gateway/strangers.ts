/**
 * Sockets that have not proved yet which site they are: how many there may be, in all and of one address, and what certificate
 * they must show. Each is gone after five seconds, proved or not.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CONFIG } from '../config/config.module.js';
import { certifiedSite, showsCertificate } from '../platform/http/client-certificate.js';
import { RequestLimits } from '../platform/http/limits.js';
import { Refusals } from '../platform/http/refusals.js';
import { HandshakeService } from './handshake.service.js';
import type { Welcome } from './handshake.js';

/** Of all addresses together. */
const STRANGERS = 2048;

@Injectable()
export class Strangers {
  private readonly pending = new Map<IncomingMessage, string>();
  private readonly byAddress = new Map<string, number>();

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly limits: RequestLimits,
    private readonly refusals: Refusals,
    private readonly handshakes: HandshakeService,
  ) {}

  /** Decides by the request alone; an admitted one counts until it is known or its connection ends. */
  admits(request: IncomingMessage): boolean {
    const key = this.limits.keyOf(request);
    const ofAddress = this.byAddress.get(key) ?? 0;
    const hasRoom =
      this.pending.size < STRANGERS &&
      ofAddress < this.config.limits.pendingHandshakesPerAddress &&
      this.limits.admits(request);
    if (!hasRoom) {
      this.refusals.report('rate-limit');
      return false;
    }
    if (request.headers.origin !== undefined) {
      // Agents send none, and no page has any business here.
      this.refusals.report('origin');
      return false;
    }
    this.pending.set(request, key);
    this.byAddress.set(key, ofAddress + 1);
    request.socket.once('close', () => {
      this.forget(request);
    });
    return true;
  }

  /**
   * @param auth attacker-controlled.
   * @throws ConsiliumError 'handshake-failed'
   */
  async authenticate(request: IncomingMessage, auth: unknown): Promise<Welcome> {
    try {
      const welcome = await this.handshakes.accept(auth);
      this.requireCertificate(request.socket, welcome.siteId);
      this.forget(request);
      return welcome;
    } catch (error) {
      this.refusals.report('handshake');
      throw error;
    }
  }

  private forget(request: IncomingMessage): void {
    const key = this.pending.get(request);
    if (key === undefined || !this.pending.delete(request)) {
      return;
    }
    const left = (this.byAddress.get(key) ?? 1) - 1;
    if (left === 0) {
      this.byAddress.delete(key);
    } else {
      this.byAddress.set(key, left);
    }
  }

  /**
   * A certificate that is shown must name the site that signed the hello; whether one must be shown is a setting.
   * @throws ConsiliumError 'handshake-failed'
   */
  private requireCertificate(socket: Socket, siteId: SiteId): void {
    const { tls } = this.config;
    const isAsked = tls?.clientAuthorityFile !== undefined && showsCertificate(socket);
    if ((isAsked || tls?.requireClientCertificate === true) && certifiedSite(socket) !== siteId) {
      throw new ConsiliumError('handshake-failed', 'the handshake failed', {
        cause: new Error('the client certificate is missing, foreign, or names another site'),
      });
    }
  }
}
