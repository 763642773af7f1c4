/**
 * Real agents of many sites in one process, each with its own home, journal and socket, for a coordinator in the process that forked
 * this one. Their trainers learn what they are told to; two kinds of fate kill an agent in the middle of the first round.
 *   run-typescript.cjs many-agents-main.ts
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { BackboneDescription } from '@consilium/shared/protocol';
import type { TensorSet } from '@consilium/shared/tensors';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { studyFolder } from '../../config/home.js';
import { readIdentity } from '../../identity/keystore.js';
import { AgentFixture, type RunningAgent } from './agent-fixture.js';
import { createFakeTrainer } from './fake-trainer.js';

interface CastSite {
  readonly name: string;
  readonly invite: string;
  /** Of its training pictures. */
  readonly images: number;
  /** Of each parameter of what it learns. */
  readonly learns: number;
  /** Killed before its update is sent, or when it is there; lives without it. */
  readonly dies?: 'before-update' | 'after-update';
}

interface Cast {
  readonly url: string;
  readonly study: string;
  readonly backbone: BackboneDescription;
  readonly classes: number;
  readonly sites: readonly CastSite[];
}

interface Enrolled {
  readonly site: CastSite;
  readonly fixture: AgentFixture;
}

interface Player extends Enrolled {
  readonly agent: RunningAgent;
  /** Ends the training of one that is never done with it. */
  readonly endTraining: () => void;
}

/** What it says, in this order: enrolled with keys, joined, updated, completed with the hash of each last adapter. */
function say(kind: string, facts: object = {}): void {
  process.send?.({ kind, ...facts });
}

async function enrol({ url, study, sites }: Cast): Promise<Enrolled[]> {
  const players: Enrolled[] = [];
  for (const site of sites) {
    const fixture = await AgentFixture.enrolled({ url, invite: () => site.invite }, site.name);
    fixture.study = study;
    players.push({ site, fixture });
  }
  const keys = await Promise.all(
    players.map(async ({ site, fixture }) => {
      const identity = await readIdentity(fixture.home.identityFile);
      return [site.name, toBase64(identity?.publicKey ?? new Uint8Array())];
    }),
  );
  say('enrolled', { keys: Object.fromEntries(keys) as object });
  return players;
}

async function start({ site, fixture }: Enrolled, { backbone, classes }: Cast): Promise<Player> {
  let endTraining: () => void = () => undefined;
  const training = new Promise<void>((resolve) => {
    endTraining = resolve;
  });
  const { client } = createFakeTrainer({
    ...{ backbone, classes, trainImages: site.images },
    ...(site.dies === 'before-update' ? { gate: () => training } : {}),
    learnt: (adapter) => filledWith(adapter, site.learns),
  });
  return { site, fixture, endTraining, agent: await fixture.start(() => client) };
}

function filledWith(like: TensorSet, value: number): TensorSet {
  return new Map(
    [...like].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => value) }]),
  );
}

/** Each has sent its update, or is dead. */
async function playFirstRound({ site, agent, endTraining }: Player): Promise<void> {
  await agent.until(
    ({ event }) => event === (site.dies === 'before-update' ? 'shared' : 'uploaded'),
  );
  if (site.dies !== undefined) {
    const stopped = agent.stop();
    endTraining();
    await stopped;
  }
}

async function lastAdapter(
  { fixture, agent, site }: Player,
  study: string,
): Promise<readonly [string, string]> {
  await agent.until(({ event }) => event === 'study-completed');
  const file = studyFolder(fixture.home, parseStudyId(study)).adapterFile(1);
  return [site.name, contentHash(await readFile(file))];
}

async function play(cast: Cast): Promise<void> {
  const enrolled = await enrol(cast);
  await once(process, 'message');
  const players: Player[] = [];
  for (const site of enrolled) {
    players.push(await start(site, cast));
  }
  const all = (event: string) =>
    Promise.all(players.map(({ agent }) => agent.until((report) => report.event === event)));
  await all('joined');
  say('joined');
  await Promise.all(players.map(playFirstRound));
  say('updated');
  const alive = players.filter(({ site }) => site.dies === undefined);
  const adapters = await Promise.all(alive.map((player) => lastAdapter(player, cast.study)));
  await Promise.all(players.map(({ agent }) => agent.stop()));
  await Promise.all(players.map(({ fixture }) => fixture.remove()));
  say('completed', { adapters: Object.fromEntries(adapters) as object });
  process.disconnect();
}

process.once('message', (cast: Cast) => {
  void play(cast);
});
