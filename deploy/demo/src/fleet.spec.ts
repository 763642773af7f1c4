import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBoard } from './event-board.js';
import { Fleet } from './fleet.js';
import { standIn } from './testing/fake-program.js';

const STAYS = `
console.log(JSON.stringify({ event: 'up', pid: process.pid }));
setInterval(() => {}, 1000);`;
const FAILS = `
console.error('one\\ntwo\\nthree\\nport 9 is taken');
setTimeout(() => process.exit(4), 100);`;

describe('a fleet of servers', () => {
  let folder: string;
  let fleet: Fleet;
  let board: EventBoard;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    fleet = new Fleet();
    board = new EventBoard(() => undefined);
  });

  afterEach(async () => {
    await fleet.stopAll();
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  function start(name: string): void {
    fleet.start({
      name,
      program: 'agent',
      args: [],
      logFile: join(folder, `${name}.log`),
      onEvent: (event) => board.add(name, event),
    });
  }

  const up = (name: string, times = 1) =>
    fleet.whileRunning(board.everyOne([name], () => board.of(name).length >= times));

  it('kills a server and starts it again as another process', async () => {
    standIn(folder, 'agent', STAYS);
    start('north');
    await up('north');
    const first = fleet.pid('north');
    await fleet.kill('north');
    expect(() => fleet.pid('north')).toThrow('north is not running');
    fleet.restart('north');
    await up('north', 2);
    expect(board.of('north').map(({ pid }) => pid)).toEqual([first, fleet.pid('north')]);
    expect(fleet.pid('north')).not.toBe(first);
  });

  it('fails as a whole when a server ends by itself, with its last words', async () => {
    standIn(folder, 'agent', FAILS);
    start('north');
    const forever = new Promise<never>(() => undefined);
    await expect(fleet.whileRunning(forever)).rejects.toThrow(
      'north ended with 4:\ntwo\nthree\nport 9 is taken',
    );
  });

  it('does not take an end for a failure when it was asked for', async () => {
    standIn(folder, 'agent', STAYS);
    start('north');
    start('south');
    await Promise.all([up('north'), up('south')]);
    await fleet.stopAll();
    const later = new Promise((resolve) => setTimeout(() => resolve('still well'), 50));
    expect(await fleet.whileRunning(later)).toBe('still well');
  });

  it('knows no server that was never started', async () => {
    expect(() => fleet.restart('west')).toThrow('no server is called west');
    await expect(fleet.kill('west')).rejects.toThrow('west is not running');
  });
});
