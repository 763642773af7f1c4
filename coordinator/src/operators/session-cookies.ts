/**
 * The cookies of a browser. A session is for same-site requests alone and out of reach of scripts; over TLS its name binds it
 * to this host (RFC 6265bis section 4.1.3.2).
 */
import { Inject, Injectable } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request, Response } from 'express';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { isOwnOrigin, listeningPort } from '../platform/http/own-origins.js';
import { HttpAdapterHost } from '@nestjs/core';
import type { SignedIn } from './sign-in.service.js';

/**
 * `session`: signed in. `pending`: the password was right and the passkey is awaited. `provider`: gone to the OpenID provider;
 * the way back comes from another site, so this one is lax.
 */
export type CookieKind = 'session' | 'pending' | 'provider';

const SAFE_METHODS = ['GET', 'HEAD'];
const VALUE = /^[\w-]{1,128}$/;

@Injectable()
export class SessionCookies {
  private readonly isSecure: boolean;

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly host: HttpAdapterHost,
  ) {
    this.isSecure = config.tls !== undefined || config.publicUrl?.startsWith('https:') === true;
  }

  /** @returns undefined if the browser sends none that could be one of ours. */
  read(request: Request, kind: CookieKind): string | undefined {
    const wanted = this.nameOf(kind);
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [name, value = ''] = pair.trim().split('=', 2);
      if (name === wanted) {
        return VALUE.test(value) ? value : undefined;
      }
    }
    return undefined;
  }

  set(response: Response, kind: CookieKind, value: string): void {
    response.cookie(this.nameOf(kind), value, this.rulesOf(kind));
  }

  clear(response: Response, kind: CookieKind): void {
    response.clearCookie(this.nameOf(kind), this.rulesOf(kind));
  }

  /** Gives the browser what a proof has opened. @returns what it has to do next. */
  carry(response: Response, signedIn: SignedIn): { next: 'done' | 'passkey' } {
    switch (signedIn.kind) {
      case 'signed-in':
        this.set(response, 'session', signedIn.secret);
        this.clear(response, 'pending');
        return { next: 'done' };
      case 'passkey-needed':
        this.set(response, 'pending', signedIn.pending);
        return { next: 'passkey' };
    }
  }

  /**
   * A request that changes something and is carried by a cookie says from which page it comes: browsers always do.
   * @throws ConsiliumError 'not-permitted' when that is another one, or none.
   */
  requireOwnPage({ method, headers: { origin } }: Request): void {
    if (SAFE_METHODS.includes(method)) {
      return;
    }
    const port = listeningPort(this.host.httpAdapter.getHttpServer() as { address(): unknown });
    if (origin === undefined || !isOwnOrigin(origin, this.config, port)) {
      throw new ConsiliumError('not-permitted', 'this page is not of this coordinator');
    }
  }

  private nameOf(kind: CookieKind): string {
    return `${this.isSecure ? '__Host-' : ''}consilium-${kind}`;
  }

  private rulesOf(kind: CookieKind) {
    return {
      httpOnly: true,
      sameSite: kind === 'provider' ? 'lax' : 'strict',
      secure: this.isSecure,
      path: '/',
    } as const;
  }
}
