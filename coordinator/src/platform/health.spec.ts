import { Health } from './health.js';
import { Log } from './logging/log.js';

describe('health', () => {
  it('is not ready when one check fails, and keeps the reason in the log', async () => {
    const lines: string[] = [];
    const health = new Health(Log.to('info', { write: (line) => void lines.push(line) }));
    health.add('good', () => Promise.resolve());
    health.add('bad', () => Promise.reject(new Error('disk of /data is full')));
    const readiness = await health.readiness();
    expect(readiness).toEqual({ ready: false, checks: { good: true, bad: false } });
    expect(lines.join('')).toContain('disk of /data is full');
  });

  it('does not wait for ever for an answer', async () => {
    const health = new Health(Log.to('silent'));
    health.add('deaf', () => new Promise<void>(() => undefined));
    expect(await health.readiness()).toEqual({ ready: false, checks: { deaf: false } });
  }, 10_000);
});
