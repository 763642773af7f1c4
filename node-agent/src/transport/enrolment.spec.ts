import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { SiteId } from '@consilium/shared/vocabulary';
import { homeAt, type Home } from '../config/home.js';
import { TestLog } from './testing/test-log.js';
import { InProcessCoordinator } from './testing/in-process-coordinator.js';
import { openNetwork, type Network } from '../network/network.js';
import { enrol } from '../identity/enrolment.js';
import { readIdentity } from '../identity/keystore.js';
import { readPinned } from '../identity/pinned-coordinator.js';

const SITE = 'northgate' as SiteId;

describe('enrolment', () => {
  let coordinator: InProcessCoordinator;
  let home: Home;
  let network: Network;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    network = await openNetwork(coordinator.url, {});
    home = homeAt(await mkdtemp(join(tmpdir(), 'enrol-')));
  });

  afterEach(async () => {
    await network.close();
    await coordinator.close();
    await rm(home.folder, { recursive: true });
  });

  function order(invite: string) {
    return { home, url: coordinator.url, network, siteId: SITE, invite };
  }

  it('pins keys, origin and checkpoint, and gives the keys to read out', async () => {
    const enrolled = await enrol(order(coordinator.invite()));
    expect(enrolled).toMatchObject({
      status: 'pending',
      coordinatorKey: coordinator.key.publicKey,
    });
    expect(enrolled.publicKey).toEqual((await readIdentity(home.identityFile))?.publicKey);
    const pinned = await readPinned(home.coordinatorFile);
    expect(pinned).toMatchObject({ siteId: SITE, origin: coordinator.log.origin });
    expect(pinned?.coordinatorKey).toEqual(coordinator.key.publicKey);
  });

  it('is refused with an invite that was made up, and keeps the key for the next try', async () => {
    await expect(enrol(order(toBase64(randomBytes(32))))).rejects.toMatchObject({
      code: 'bad-invite',
    });
    const key = await readIdentity(home.identityFile);
    await enrol(order(coordinator.invite()));
    expect(await readIdentity(home.identityFile)).toEqual(key);
    expect(await readPinned(home.coordinatorFile)).toBeDefined();
  });

  it('is refused a second time over the same home folder', async () => {
    await enrol(order(coordinator.invite()));
    await expect(enrol(order(coordinator.invite()))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('pins nothing when the checkpoint is not signed by the log key', async () => {
    const { log } = coordinator;
    const other = new TestLog();
    log.checkpoint = () => other.checkpoint();
    await expect(enrol(order(coordinator.invite()))).rejects.toMatchObject({
      code: 'bad-signature',
    });
    expect(await readPinned(home.coordinatorFile)).toBeUndefined();
  });

  it('says that nothing answers when the coordinator is down', async () => {
    const refused = { ...order(coordinator.invite()), url: 'http://127.0.0.1:9' };
    await expect(enrol(refused)).rejects.toMatchObject({ code: 'coordinator-unreachable' });
  });
});
