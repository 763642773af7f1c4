/**
 * The one way out: every request and the socket go through here, so that the hospital's proxy, its authority and its client
 * certificate hold for all of them. Nothing of the environment is heeded unless agent.yaml says so.
 */
import type { Agent as HttpAgent } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { RequestInit, Response } from 'undici';
import { readProxyEnvironment, type ProxyEnvironment } from '../config/environment.js';
import type { NetworkConfig } from '../config/network-config.js';
import { explainFault } from './faults.js';
import { readPublicFile, readSecretLine, readSecretText } from './network-files.js';
import { proxyOfEnvironment } from './proxy-choice.js';

/** PEM texts; what is absent is the system's. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Network {
  /** Without name and password. */
  readonly proxy: URL | undefined;
  readonly authorityFile: string | undefined;
  readonly tls: TlsMaterial;
  /** For node:http, node:https and ws: undefined where there is no proxy. */
  readonly agent: HttpAgent | undefined;
  fetch(url: URL, init: RequestInit): Promise<Response>;
  /** One sentence about why the coordinator was not reached, with what to do. */
  explain(error: unknown): string;
  close(): Promise<void>;
}

/**
 * @param coordinator origin of the coordinator.
 * @throws ConsiliumError 'bad-configuration' naming the file that is missing, exposed or holds no PEM
 */
export async function openNetwork(
  coordinator: string,
  config: NetworkConfig,
  environment: () => ProxyEnvironment = readProxyEnvironment,
): Promise<Network> {
  const url = new URL(coordinator);
  const tls = await readTlsMaterial(config);
  const proxy = await chooseProxy(url, config, environment);
  // Most commands of the agent reach nobody, and are spared its hundred files.
  const { Agent, ProxyAgent, fetch } = await import('undici');
  const dispatcher =
    proxy === undefined
      ? new Agent({ connect: { ...tls } })
      : new ProxyAgent({ uri: proxy.href, requestTls: { ...tls }, proxyTunnel: true });
  const shown = proxy === undefined ? undefined : new URL(proxy.origin);
  return {
    proxy: shown,
    authorityFile: config.authorityFile,
    tls,
    agent: proxy === undefined ? undefined : new HttpsProxyAgent(proxy),
    fetch: (target, init) => fetch(target, { ...init, dispatcher }),
    explain: (error) =>
      explainFault(error, { url, proxy: shown, authorityFile: config.authorityFile }),
    close: () => dispatcher.close(),
  };
}

async function readTlsMaterial(config: NetworkConfig): Promise<TlsMaterial> {
  const { authorityFile, clientCertificateFile, clientKeyFile } = config;
  return {
    ...(authorityFile === undefined
      ? {}
      : { ca: await readPublicFile('network.authorityFile', authorityFile) }),
    ...(clientCertificateFile === undefined || clientKeyFile === undefined
      ? {}
      : {
          cert: await readPublicFile('network.clientCertificateFile', clientCertificateFile),
          key: await readSecretText('network.clientKeyFile', clientKeyFile, config.groupReadable),
        }),
  };
}

async function chooseProxy(
  coordinator: URL,
  { proxy, proxyCredentialsFile, groupReadable }: NetworkConfig,
  environment: () => ProxyEnvironment,
): Promise<URL | undefined> {
  if (proxy === undefined) {
    return undefined;
  }
  const url =
    proxy === 'environment' ? proxyOfEnvironment(coordinator, environment()) : new URL(proxy);
  if (url !== undefined && proxyCredentialsFile !== undefined) {
    const line = await readSecretLine(
      'network.proxyCredentialsFile',
      proxyCredentialsFile,
      groupReadable,
    );
    const [name = '', ...password] = line.split(':');
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(password.join(':'));
  }
  return url;
}
