/** Through which proxy an address is reached, where agent.yaml leaves that to the environment. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { ProxyEnvironment } from '../config/environment.js';

/**
 * HTTPS_PROXY for https:// and HTTP_PROXY for http:// addresses, unless NO_PROXY names the host: `*`, or names and addresses with
 * commas between them, where `.example.org` and `example.org` take in every host below, and `:port` narrows to one port.
 * @throws ConsiliumError 'bad-configuration' for a proxy that is no http:// address
 */
export function proxyOfEnvironment(
  coordinator: URL,
  { httpProxy, httpsProxy, noProxy }: ProxyEnvironment,
): URL | undefined {
  const text = coordinator.protocol === 'https:' ? httpsProxy : httpProxy;
  if (text === undefined || isExempt(coordinator, noProxy ?? '')) {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') {
    throw new ConsiliumError(
      'bad-configuration',
      'network.proxy is "environment", and the proxy there is no http://host:port address',
    );
  }
  return url;
}

function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const usedPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, onlyPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      const domain = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
      const isHost = domain === '*' || host === domain || host.endsWith(`.${domain}`);
      return isHost && (onlyPort === undefined || onlyPort === usedPort);
    });
}
