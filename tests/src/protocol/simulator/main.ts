/**
 * A longer run than the tests have time for: `--honest N`, `--lying N` and `--planted N` schedules from the `--from`th on, or the one
 * of `--seed`, with `--bug` planted. Ends with 1 when an invariant broke, or a planted bug was not found. tests/README.md.
 */
import { parseArgs } from 'node:util';
import { findBug, play, runCampaign, type CoordinatorKind } from './campaign.js';
import { PLANTED, type PlantedBug } from './defences.js';
import type { Violation } from './verdict.js';

const { values } = parseArgs({
  options: {
    honest: { type: 'string', default: '0' },
    lying: { type: 'string', default: '0' },
    planted: { type: 'string', default: '0' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
  },
});
const from = Number(values.from);

if (values.seed !== undefined) {
  await replay(values.seed, bugNamed(values.bug));
} else {
  await campaign('honest', Number(values.honest));
  await campaign('lying', Number(values.lying));
  await search(Number(values.planted));
}

async function replay(seed: string, bug: PlantedBug | undefined): Promise<void> {
  const coordinator = seed.startsWith('honest') ? 'honest' : 'lying';
  const { violations, states, refusals, ...figures } = await play(coordinator, seed, bug);
  say(`${JSON.stringify({ ...figures, states: states.size, refusals })}`);
  violations.forEach((violation) => say(inWords(violation)));
  fail(violations.length > 0);
}

async function campaign(coordinator: CoordinatorKind, count: number): Promise<void> {
  if (count === 0) {
    return;
  }
  const started = performance.now();
  const { violations, ...figures } = await runCampaign({
    coordinator,
    from,
    to: from + count - 1,
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${coordinator} coordinator: ${JSON.stringify({ ...figures, seconds })}`);
  violations.forEach(({ seed, violation }) => say(`${seed}: ${inWords(violation)}`));
  fail(violations.length > 0);
}

async function search(count: number): Promise<void> {
  for (const bug of count === 0 ? [] : bugs()) {
    const found = await findBug(bug, { from, to: from + count - 1 });
    const where =
      found === undefined
        ? `not found in ${count} schedules`
        : `${found.seed}, after ${found.schedules}: ${found.violations.map(inWords).join('; ')}`;
    say(`${bug}: ${where}`);
    fail(found === undefined);
  }
}

function bugs(): readonly PlantedBug[] {
  return Object.keys(PLANTED) as PlantedBug[];
}

/** @throws RangeError */
function bugNamed(name: string | undefined): PlantedBug | undefined {
  const bug = bugs().find((one) => one === name);
  if (name !== undefined && bug === undefined) {
    throw new RangeError(`no such bug: ${name}; there are: ${bugs().join('; ')}`);
  }
  return bug;
}

function inWords({ invariant, detail, computed }: Violation): string {
  const proof = computed === undefined ? '' : `, and the update of ${computed} was computed`;
  return `${invariant}: ${detail}${proof}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(hasFailed: boolean): void {
  process.exitCode = hasFailed ? 1 : (process.exitCode ?? 0);
}
