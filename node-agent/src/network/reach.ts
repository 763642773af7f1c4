/** Whether the coordinator is reached over the network that agent.yaml describes, and what stands in the way if not. */
import { openNetwork } from './network.js';
import { tryWebSocket, type SocketReach } from './web-socket.js';
import type { NetworkConfig } from '../config/network-config.js';

const TIMEOUT_MS = 5000;

export interface Reach {
  readonly url: string;
  /** Host and port. */
  readonly proxy?: string;
  readonly isReached: boolean;
  /** One sentence. */
  readonly says: string;
  /** The coordinator's own time, to the second, if it said one. */
  readonly answeredAtMs?: number;
  /** Whether a WebSocket opens too; tried where plain HTTP passes. */
  readonly socket?: SocketReach;
}

/** Asks what everybody may ask. @throws ConsiliumError 'bad-configuration' for files that cannot be used */
export async function tryCoordinator(url: string, config: NetworkConfig): Promise<Reach> {
  const network = await openNetwork(url, config);
  const route = { url, ...(network.proxy === undefined ? {} : { proxy: network.proxy.host }) };
  try {
    const response = await network.fetch(new URL('/health/live', url), {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    const says = response.ok ? 'it answers' : `it answers with status ${response.status}`;
    const date = Date.parse(response.headers.get('date') ?? '');
    const answeredAtMs = Number.isNaN(date) ? {} : { answeredAtMs: date };
    const socket = response.ok ? { socket: await tryWebSocket(url, network) } : {};
    return { ...route, isReached: response.ok, says, ...answeredAtMs, ...socket };
  } catch (error) {
    return { ...route, isReached: false, says: network.explain(error) };
  } finally {
    await network.close();
  }
}
