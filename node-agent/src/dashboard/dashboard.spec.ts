import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAgentConfig } from '../config/agent-config.js';
import { AgentFixture } from '../participation/testing/agent-fixture.js';
import { createLogger } from '../telemetry/logger.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { readPageAddress } from './address.js';
import { openDashboard, type Opened } from './dashboard.js';
import { LiveSite } from './live-site.js';

describe('the port of the agent page', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;

  beforeAll(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
  });

  afterAll(async () => {
    await coordinator.close();
    await fixture.remove();
  });

  const openAt = (port: number): Promise<Opened> =>
    openDashboard({
      home: fixture.home,
      config: parseAgentConfig(`coordinator: http://127.0.0.1:1\ndashboard: { port: ${port} }\n`),
      siteId: fixture.siteId,
      live: new LiveSite(Date.now),
      logger: createLogger('silent'),
      now: Date.now,
    });

  it('that another program has leaves the agent without a page, and no address behind', async () => {
    const other = createServer((_, response) => response.end('another program'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      expect(await openAt(port)).toEqual({ kind: 'taken', port });
      expect(await readPageAddress(fixture.home)).toBeUndefined();
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    const opened = await openAt(port);
    if (opened.kind === 'taken') {
      throw new Error('the port is free again');
    }
    expect(opened.dashboard.url).toBe(`http://127.0.0.1:${port}`);
    await opened.dashboard.close();
  });
});
