import { machineChecks, networkChecks } from './doctor-checks.js';

const socket = { isOpened: true, says: 'it opens' };
const reached = { url: 'https://127.0.0.1', isReached: true, says: 'it answers', socket };

describe('the checks of the doctor', () => {
  it('pass where the coordinator answers and the clocks agree', async () => {
    const checks = await networkChecks({ ...reached, answeredAtMs: 5000 }, 6000);
    expect(checks.map(({ check, result }) => `${check} ${result}`)).toEqual([
      'DNS passed',
      'proxy passed',
      'port 443 passed',
      'TLS chain passed',
      'WebSocket passed',
      'clock passed',
    ]);
  });

  it('say how far the clock is off, and what to do', async () => {
    const checks = await networkChecks({ ...reached, answeredAtMs: 300_000 }, 0);
    expect(checks.at(-1)).toEqual({
      check: 'clock',
      result: 'problem',
      says: '300 s behind the coordinator',
      fix: 'set the clock by NTP',
    });
  });

  it('tell a certificate that is not trusted from a machine that does not answer', async () => {
    const says = '127.0.0.1 shows a certificate of an authority that this machine does not know';
    const [, , , tls] = await networkChecks({ ...reached, isReached: false, says }, 0);
    expect(tls).toMatchObject({ check: 'TLS chain', result: 'problem', says });
  });

  it('tell a gateway that drops WebSockets from one that lets nothing through', async () => {
    const says = 'HTTP passes, but the change to a WebSocket is answered with status 400';
    const dropped = { ...reached, socket: { isOpened: false, says } };
    const found = (await networkChecks(dropped, 0)).find(({ check }) => check === 'WebSocket');
    expect(found).toMatchObject({ result: 'problem', says });
    expect(found?.fix).toContain('"Upgrade: websocket"');
    const { url, isReached } = { ...reached, isReached: false };
    const away = await networkChecks({ url, isReached, says: 'not known' }, 0);
    expect(away.map(({ check, result }) => `${check} ${result}`)).toContain('WebSocket skipped');
  });

  it('say a name that is not known', async () => {
    const away = { url: 'https://nothing.invalid', isReached: false, says: 'not known' };
    const [dns] = await networkChecks(away, 0);
    expect(dns).toMatchObject({ check: 'DNS', result: 'problem' });
  });

  it('find too little disk and memory', () => {
    const memory = { totalMiB: 1000, trainerMiB: 4096 };
    expect(machineChecks({ memory, disk: { folder: '/', freeMiB: 10 } })).toMatchObject([
      { check: 'disk', result: 'problem' },
      { check: 'memory', result: 'problem' },
    ]);
  });
});
