import { createServer, type AddressInfo } from 'node:net';
import { startTestApplication } from './testing/test-application.js';

describe('the application', () => {
  it('says where it listens, and stops', async () => {
    const application = await startTestApplication();
    expect(application.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(application.lines().at(-1)).toMatchObject({ msg: 'listening', url: application.url });
    await application.close();
    await expect(fetch(`${application.url}/health/live`)).rejects.toThrow();
  });

  it('closes connections that a client keeps open', async () => {
    const application = await startTestApplication();
    await (await application.fetch('/health/live')).text();
    const startedMs = performance.now();
    await application.close();
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });

  it('says in one sentence that its port is taken and what to do', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    await expect(startTestApplication({ http: { port } })).rejects.toMatchObject({
      code: 'port-in-use',
      message: `port ${port} on 127.0.0.1 is taken: stop the program that holds it, or choose another http.port`,
    });
    await new Promise((resolve) => holder.close(resolve));
  });

  it('refuses an address that the machine does not have', async () => {
    await expect(startTestApplication({ http: { host: '192.0.2.1' } })).rejects.toMatchObject({
      code: 'bad-configuration',
    });
  });

  it('is alive and ready, and gives its counters to the operator only', async () => {
    const application = await startTestApplication();
    const ready = await fetch(`${application.url}/health/ready`);
    expect(await ready.json()).toEqual({ ready: true, checks: { database: true } });
    expect((await fetch(`${application.url}/metrics`)).status).toBe(401);
    const metrics = await application.fetch('/metrics');
    const text = await metrics.text();
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(text).toContain('consilium_nodejs_eventloop_lag_seconds');
    expect(text).toContain('consilium_process_resident_memory_bytes');
    expect(text).toMatch(/consilium_http_request_seconds_count\{[^}]*status="200"/);
    await application.close();
  });
});
