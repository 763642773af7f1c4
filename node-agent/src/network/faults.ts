/**
 * Why the coordinator was not reached, said so that a data manager knows whom to ask. The codes are those of Node's tls
 * (X509_V_ERR_* of OpenSSL without the prefix), net and undici.
 */
import { systemCode } from '../config/durable-file.js';

export interface Route {
  readonly url: URL;
  readonly proxy: URL | undefined;
  readonly authorityFile: string | undefined;
}

const UNKNOWN_AUTHORITY = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'INVALID_CA',
  'CERT_SIGNATURE_FAILURE',
]);

const NO_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);

/** @param error of fetch, node:https or Socket.IO; what it wraps counts. */
export function explainFault(error: unknown, route: Route): string {
  const chain = causesOf(error);
  const codes = chain.flatMap((link) => systemCode(link) ?? []);
  return (
    proxySentence(chain, codes, route) ??
    certificateSentence(codes, route) ??
    connectionSentence(codes, route) ??
    lastMessage(chain)
  );
}

function proxySentence(
  chain: readonly unknown[],
  codes: readonly string[],
  { url, proxy }: Route,
): string | undefined {
  if (proxy === undefined) {
    return undefined;
  }
  const refused = chain
    .map((link) => /Proxy response \((\d+)\)/.exec(messageOf(link))?.[1])
    .find((status) => status !== undefined);
  if (refused === '407') {
    return `the proxy ${proxy.host} asks for a name and a password: write them as name:password into a file and name it as network.proxyCredentialsFile`;
  }
  if (refused !== undefined) {
    return `the proxy ${proxy.host} refuses to connect to ${url.host} (${refused}): ask those who run it to allow CONNECT to that address`;
  }
  const isDown = codes.some((code) => ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(code));
  return isDown
    ? `nothing answers at the proxy ${proxy.host}: check network.proxy in agent.yaml`
    : undefined;
}

function certificateSentence(
  codes: readonly string[],
  { url, authorityFile }: Route,
): string | undefined {
  if (codes.some((code) => UNKNOWN_AUTHORITY.has(code))) {
    return authorityFile === undefined
      ? `${url.host} shows a certificate of an authority that this machine does not know: name the authority's file as network.authorityFile in agent.yaml`
      : `${url.host} shows a certificate of another authority than that of ${authorityFile}: ask the study coordinator for the right file, or whether the address is right`;
  }
  if (codes.includes('CERT_HAS_EXPIRED')) {
    return `the certificate of ${url.host} has expired: tell those who run the coordinator`;
  }
  if (codes.includes('CERT_NOT_YET_VALID')) {
    return `the certificate of ${url.host} is not valid yet: check the clock of this machine`;
  }
  if (
    codes.some((code) => code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
  ) {
    return `the certificate that answers at ${url.host} is for another name: use the address that the study coordinator gave`;
  }
  return undefined;
}

function connectionSentence(codes: readonly string[], { url }: Route): string | undefined {
  if (codes.some((code) => NO_TLS.has(code))) {
    return `${url.host} speaks no TLS: check whether its address begins with http:// or https://`;
  }
  if (codes.some((code) => /^ERR_SSL_.*(CERTIFICATE|HANDSHAKE)/.test(code))) {
    return `${url.host} refuses the client certificate of this site: check network.clientCertificateFile and who issued it`;
  }
  if (codes.some((code) => ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code))) {
    return `${url.host} closed the connection without an answer: it may ask for a client certificate (network.clientCertificateFile) or refuse this address`;
  }
  if (codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')) {
    return `the name ${url.hostname} is not known here: check the address, or set network.proxy if only a proxy reaches it`;
  }
  if (codes.includes('ECONNREFUSED')) {
    return `no program listens at ${url.host}: check the address and whether the coordinator runs`;
  }
  return undefined;
}

/** Fetch wraps in `cause`, Socket.IO in `description`, ws in `error`. */
function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let link = error;
  while (typeof link === 'object' && link !== null && !chain.includes(link)) {
    chain.push(link);
    const { cause, description, error: inner } = link as Readonly<Record<string, unknown>>;
    link = cause ?? description ?? inner;
  }
  return chain;
}

function messageOf(link: unknown): string {
  return link instanceof Error ? link.message : '';
}

function lastMessage(chain: readonly unknown[]): string {
  return chain.map(messageOf).findLast((message) => message !== '') ?? 'unknown reason';
}
