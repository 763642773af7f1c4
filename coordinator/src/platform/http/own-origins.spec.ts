import { networkInterfaces } from 'node:os';
import { isOwnOrigin } from './own-origins.js';

const http = (host: string) => ({ http: { host, port: 0 } });
const tls = { certificateFile: 'c', keyFile: 'k', requireClientCertificate: false };

describe('the addresses of a coordinator', () => {
  it('are its public address alone, where it has one', () => {
    const config = { ...http('127.0.0.1'), publicUrl: 'https://consilium.example/' };
    expect(isOwnOrigin('https://consilium.example', config, 7443)).toBe(true);
    expect(isOwnOrigin('http://consilium.example', config, 7443)).toBe(false);
    expect(isOwnOrigin('https://consilium.example.org', config, 7443)).toBe(false);
    expect(isOwnOrigin('http://127.0.0.1:7443', config, 7443)).toBe(false);
  });

  it('are all names of this machine where it listens for itself', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      expect(isOwnOrigin('http://127.0.0.1:7443', http(host), 7443)).toBe(true);
      expect(isOwnOrigin('http://localhost:7443', http(host), 7443)).toBe(true);
      expect(isOwnOrigin('http://[::1]:7443', http(host), 7443)).toBe(true);
    }
    expect(isOwnOrigin('http://127.0.0.1:7444', http('127.0.0.1'), 7443)).toBe(false);
    expect(isOwnOrigin('https://127.0.0.1:7443', http('127.0.0.1'), 7443)).toBe(false);
  });

  it('are https where the coordinator holds a certificate', () => {
    const config = { ...http('192.0.2.7'), tls };
    expect(isOwnOrigin('https://192.0.2.7:7443', config, 7443)).toBe(true);
    expect(isOwnOrigin('http://192.0.2.7:7443', config, 7443)).toBe(false);
    expect(isOwnOrigin('https://192.0.2.7', config, 443)).toBe(true);
  });

  it('are those of every interface where it listens on all', () => {
    const [own] = Object.values(networkInterfaces()).flatMap((found = []) =>
      found.filter(({ family }) => family === 'IPv4'),
    );
    expect(isOwnOrigin(`http://${own?.address}:8080`, http('::'), 8080)).toBe(true);
    expect(isOwnOrigin('http://192.0.2.7:8080', http('0.0.0.0'), 8080)).toBe(false);
  });

  it.each(['', 'null', 'http://', 'http://127.0.0.1:7443/', 'HTTP://127.0.0.1:7443'])(
    'are never %j, which no agent signs',
    (url) => {
      expect(isOwnOrigin(url, http('127.0.0.1'), 7443)).toBe(false);
    },
  );
});
