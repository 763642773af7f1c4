/**
 * What every request passes before anything else looks at it: how much its address may ask, whether a browser sends it from a
 * page of somebody else, and whether a site must show a certificate. The answers carry headers that leave browsers nothing to run.
 */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { certifiedSite } from './client-certificate.js';
import type { RequestLimits } from './limits.js';
import type { Refusals } from './refusals.js';

type Handler = (request: Request, response: Response, next: NextFunction) => void;

/** Where sites come in by HTTP; their socket is asked by the gateway. */
const OF_SITES = /^\/v1\/(enrolments|rotations|handshake)(\/|$)/;

/** Scripts and styles are files of our own, never inline; nobody frames us, nothing is sent elsewhere. */
export const securityHeaders: Handler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
});

/** @param isOwnOrigin whether an `Origin` is that of this coordinator's own pages. */
export function frontDoor(
  { tls }: Pick<CoordinatorConfig, 'tls'>,
  limits: RequestLimits,
  refusals: Refusals,
  isOwnOrigin: (origin: string) => boolean,
): Handler {
  const mustCertify = tls?.requireClientCertificate === true;
  return (request, _, next) => {
    next(faultOf(request));
  };

  function faultOf(request: Request): ConsiliumError | undefined {
    if (!limits.admits(request)) {
      refusals.report('rate-limit');
      return limits.refusal();
    }
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin)) {
      refusals.report('origin');
      // Cookies would go with it, so a page of a stranger could act for whoever looks at it.
      return new ConsiliumError('not-permitted', 'this page is not of this coordinator');
    }
    if (mustCertify && OF_SITES.test(request.path) && certifiedSite(request.socket) === undefined) {
      refusals.report('handshake');
      return new ConsiliumError(
        'unauthenticated',
        'show the client certificate of the site: network.clientCertificateFile of agent.yaml',
      );
    }
    return undefined;
  }
}
