import type { IncomingMessage } from 'node:http';
import { ClientAddresses, limitKey } from './client-address.js';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  it('is that of the connection where no proxy is trusted, whatever the header says', () => {
    const addresses = new ClientAddresses([]);
    expect(addresses.of(request('192.0.2.1', '198.51.100.1'))).toBe('192.0.2.1');
    expect(addresses.of(request('::ffff:192.0.2.1'))).toBe('192.0.2.1');
  });

  it('is the nearest that no trusted proxy has', () => {
    const addresses = new ClientAddresses(['10.0.0.0/8', 'fd00::1']);
    expect(addresses.of(request('10.1.2.3', '198.51.100.1'))).toBe('198.51.100.1');
    expect(addresses.of(request('::ffff:10.1.2.3', '6.6.6.6, 198.51.100.1, 10.9.9.9'))).toBe(
      '198.51.100.1',
    );
    expect(addresses.of(request('fd00::1', '2001:db8::5'))).toBe('2001:db8::5');
    expect(addresses.of(request('11.0.0.1', '198.51.100.1'))).toBe('11.0.0.1');
  });

  it.each(['', 'unknown', '198.51.100.1:80', '<script>'])(
    'is that of the proxy where the header says %j',
    (forwarded) => {
      const addresses = new ClientAddresses(['10.0.0.1']);
      expect(addresses.of(request('10.0.0.1', forwarded))).toBe('10.0.0.1');
    },
  );

  it('counts as one within a /64 of IPv6', () => {
    expect(limitKey('192.0.2.1')).toBe('192.0.2.1');
    expect(limitKey('2001:db8:0:1::5')).toBe('2001:db8:0:1::/64');
    expect(limitKey('2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe('2001:db8:0:1::/64');
    expect(limitKey('2001:0db8::1')).toBe('2001:db8:0:0::/64');
    expect(limitKey('::1')).toBe('0:0:0:0::/64');
    expect(limitKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });
});
