/**
 * Invented hospitals: a coordinator that adds sites of its own to a study could subtract their updates and read the one that is
 * real. security.md, threat of colluding members.
 */
import {
  AgentFixture,
  type RunningAgent,
} from '@consilium/node-agent/participation/testing/agent-fixture';
import { createFakeTrainer } from '@consilium/node-agent/participation/testing/fake-trainer';
import { TestFederation } from '@consilium/node-agent/participation/testing/test-federation';
import { BACKBONE, testStudy } from '@consilium/node-agent/participation/testing/test-study';
import { readIdentity } from '@consilium/node-agent/identity/keystore';
import { InProcessCoordinator } from '@consilium/node-agent/transport/testing/in-process-coordinator';
import { generateSigningKeyPair, keyIdOf, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { parseSiteId, type SiteId } from '@consilium/shared/vocabulary';

interface Member {
  readonly site: SiteId;
  readonly identityKey: Uint8Array;
}

interface Hospital extends Member {
  readonly coordinator: InProcessCoordinator;
  readonly fixture: AgentFixture;
}

const HONEST = ['eastpark', 'northgate', 'westbank'];
const STUDY = testStudy({ rounds: 1, minSites: 3 });

let hospitals: readonly Hospital[];
let agents: RunningAgent[];

async function enrolled(site: string): Promise<Hospital> {
  const coordinator = await InProcessCoordinator.start();
  const fixture = await AgentFixture.enrolled(coordinator, site);
  const identity = await readIdentity(fixture.home.identityFile);
  if (identity === undefined) {
    throw new Error('not enrolled');
  }
  return { site: parseSiteId(site), identityKey: identity.publicKey, coordinator, fixture };
}

/** What the coordinator shows one hospital: these members, all of them in the cohort. */
async function showMembers(hospital: Hospital, members: readonly Member[]): Promise<RunningAgent> {
  const { coordinator, fixture, site } = hospital;
  const known = hospitals
    .filter((other) => other.site !== site)
    .map((other) => ({ site: other.site, key: toBase64(other.identityKey) }));
  await fixture.allow({
    approval: { mode: 'automatic' },
    data: { minCell: 1 },
    members: { known },
  });
  const federation = new TestFederation(coordinator, STUDY, site);
  const sites = members.map(({ site: siteId, identityKey }) => ({
    siteId,
    keyId: keyIdOf(identityKey),
    identityKey: toBase64(identityKey),
  }));
  const body = { v: 1 as const, studyId: STUDY.studyId, epoch: 6, sites };
  federation.roster = signBody('roster', body, coordinator.key);
  federation.sendsPeers = false;
  const cohort = members.map((member) => member.site).sort();
  federation.alterManifest = (manifest) => ({ ...manifest, cohort });
  federation.offer();
  const agent = await fixture.start(() => createFakeTrainer({ backbone: BACKBONE }).client);
  agents.push(agent);
  await agent.until(({ event }) => event === 'joined');
  federation.openAttempt(1);
  return agent;
}

const asked = ({ coordinator }: Hospital, kind: string) =>
  coordinator.asked.filter(({ request }) => request.kind === kind).length;

beforeEach(async () => {
  agents = [];
  hospitals = await Promise.all(HONEST.map(enrolled));
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await Promise.all(
    hospitals.map(async ({ coordinator, fixture }) => {
      await coordinator.close();
      await fixture.remove();
    }),
  );
});

describe('three hospitals that know each other', () => {
  it('send neither advert nor update when the coordinator adds three invented sites', async () => {
    const invented = ['x-one', 'x-two', 'x-three'].map((site) => ({
      site: parseSiteId(site),
      identityKey: generateSigningKeyPair().publicKey,
    }));
    for (const hospital of hospitals) {
      const agent = await showMembers(hospital, [...hospitals, ...invented]);
      const { code } = await agent.until(({ event }) => event === 'declined-round');
      expect(code).toBe('members-not-approved');
    }
    expect(hospitals.map((hospital) => asked(hospital, 'round.advert'))).toEqual([0, 0, 0]);
    expect(hospitals.map((hospital) => asked(hospital, 'update.open'))).toEqual([0, 0, 0]);
  });

  it('take part in the same study without them', async () => {
    const [hospital] = hospitals;
    if (hospital === undefined) {
      throw new Error('no hospital');
    }
    const agent = await showMembers(hospital, hospitals);
    await agent.until(({ event }) => event === 'round-started');
    expect(asked(hospital, 'round.advert')).toBe(1);
  });
});
