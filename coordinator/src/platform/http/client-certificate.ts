/**
 * Which site a client certificate names: `URI:urn:consilium:site:<id>` among its alternative names, or its common name. It comes
 * on top of the signed hello and never in its place: TLS may end at a proxy. security.md 3.2.
 */
import { ConsiliumError, isSiteId, type SiteId } from '@consilium/shared/vocabulary';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CoordinatorConfig } from '../../config/config-schema.js';

const URI = /^URI:urn:consilium:site:([a-z0-9-]+)$/;

/** @returns undefined without a certificate of the authority that was configured, or where it names no site. */
export function certifiedSite(socket: Socket): SiteId | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) {
    return undefined;
  }
  const { subject, subjectaltname } = socket.getPeerCertificate();
  const uri = (subjectaltname ?? '')
    .split(', ')
    .map((name) => URI.exec(name)?.[1])
    .find((name) => name !== undefined);
  const name: unknown = uri ?? subject.CN;
  return typeof name === 'string' && isSiteId(name) ? name : undefined;
}

/** Whether a client showed a certificate at all, whoever issued it. */
export function showsCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
}

/**
 * A certificate that is shown must name the site that signs the request; whether one must be shown is a setting.
 * @throws ConsiliumError 'unauthenticated'
 */
export function requireCertificateOf(
  siteId: SiteId,
  socket: Socket,
  { tls }: Pick<CoordinatorConfig, 'tls'>,
): void {
  const isAsked = tls?.clientAuthorityFile !== undefined && showsCertificate(socket);
  if ((isAsked || tls?.requireClientCertificate === true) && certifiedSite(socket) !== siteId) {
    throw new ConsiliumError(
      'unauthenticated',
      `the client certificate does not name the site ${siteId}: name its own in network.clientCertificateFile of agent.yaml`,
    );
  }
}
