/** From which address a request comes, also through proxies that are known. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Hops beyond these are not believed. */
const HOPS = 16;

export class ClientAddresses {
  private readonly proxies = new BlockList();

  /** @param trusted addresses and ranges of proxies whose `X-Forwarded-For` is believed. */
  constructor(trusted: readonly string[]) {
    for (const range of trusted) {
      const [address = '', bits] = range.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) {
        this.proxies.addAddress(address, family);
      } else {
        this.proxies.addSubnet(address, Number(bits), family);
      }
    }
  }

  /**
   * The address nearest to us that no trusted proxy has: whatever stands further left in `X-Forwarded-For` was written by a
   * stranger.
   */
  of(request: IncomingMessage): string {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    let address = plain(request.socket.remoteAddress ?? '');
    for (let hop = 0; hop < HOPS && this.isProxy(address); hop += 1) {
      const before = plain(forwarded.pop()?.trim() ?? '');
      if (isIP(before) === 0) {
        break;
      }
      address = before;
    }
    return address;
  }

  isProxy(address: string): boolean {
    const text = plain(address);
    return isIP(text) !== 0 && this.proxies.check(text, isIPv6(text) ? 'ipv6' : 'ipv4');
  }
}

/** What limits count by: a subscriber has a whole /64 of IPv6 addresses (RFC 6177). */
export function limitKey(address: string): string {
  if (!isIPv6(address)) {
    return address;
  }
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = address.includes('::') ? Math.max(8 - left.length - right.length, 0) : 0;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** An IPv4 address arrives as IPv6 where the server listens on both. */
function plain(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}
