import { proxyOfEnvironment } from './proxy-choice.js';

const proxies = { httpProxy: 'http://plain:1', httpsProxy: 'http://secure:2' };
const chosen = (url: string, noProxy?: string) =>
  proxyOfEnvironment(new URL(url), { ...proxies, ...(noProxy === undefined ? {} : { noProxy }) })
    ?.host;

describe('the proxy of the environment', () => {
  it('is chosen by the scheme of the coordinator', () => {
    expect(chosen('https://c.example')).toBe('secure:2');
    expect(chosen('http://c.example')).toBe('plain:1');
    expect(proxyOfEnvironment(new URL('https://c.example'), {})).toBeUndefined();
  });

  it.each([
    ['c.example', undefined],
    ['other.example, .example', undefined],
    ['example', undefined],
    ['*.example', undefined],
    ['*', undefined],
    ['c.example:443', undefined],
    ['C.EXAMPLE', undefined],
    ['c.example:8443', 'secure:2'],
    ['ample', 'secure:2'],
    ['b.c.example', 'secure:2'],
    ['', 'secure:2'],
  ])('with NO_PROXY=%s is %s for https://c.example', (noProxy, expected) => {
    expect(chosen('https://c.example', noProxy)).toBe(expected);
  });

  it('spares an IPv6 address that NO_PROXY names', () => {
    expect(chosen('http://[fd00::1]:8080', '[fd00::1]:8080')).toBeUndefined();
    expect(chosen('http://[fd00::1]:8080', '[fd00::1]:80')).toBe('plain:1');
    expect(chosen('http://[fd00::1]', '[fd00::1]')).toBeUndefined();
  });

  it.each(['socks5://p:1', 'p:3128', 'https://p:1'])('is refused as %s', (httpsProxy) => {
    expect(() => proxyOfEnvironment(new URL('https://c.example'), { httpsProxy })).toThrow(
      'the proxy there is no http://host:port address',
    );
  });
});
