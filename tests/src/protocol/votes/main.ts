/**
 * Schedules of votes for which the tests have no time: `--honest N`, `--lying N` and `--planted N` from the `--from`th on. Ends with 1
 * when an invariant broke, or a planted bug was not found. tests/README.md.
 */
import { parseArgs } from 'node:util';
import { findBug, runCampaign, type CoordinatorKind } from './campaign.js';
import { PLANTED, type PlantedBug } from './defences.js';

const { values } = parseArgs({
  options: {
    honest: { type: 'string', default: '0' },
    lying: { type: 'string', default: '0' },
    planted: { type: 'string', default: '0' },
    bug: { type: 'string' },
    from: { type: 'string', default: '1' },
  },
});
const from = Number(values.from);

campaign('honest', Number(values.honest));
campaign('lying', Number(values.lying));
search(Number(values.planted));

function campaign(coordinator: CoordinatorKind, count: number): void {
  if (count === 0) {
    return;
  }
  const started = performance.now();
  const { violations, ...figures } = runCampaign(coordinator, from, count);
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${coordinator} coordinator: ${JSON.stringify({ ...figures, seconds })}`);
  violations.forEach(({ seed, violation }) => {
    say(`${seed}: ${violation.invariant}: ${violation.detail}`);
  });
  fail(violations.length > 0);
}

function search(count: number): void {
  const bugs = (Object.keys(PLANTED) as PlantedBug[]).filter(
    (bug) => values.bug === undefined || bug === values.bug,
  );
  for (const bug of count === 0 ? [] : bugs) {
    const found = findBug(bug, from, count);
    const where = found
      ? `lying ${found.number}: ${found.violations[0]?.invariant ?? ''}`
      : `not found in ${count} schedules`;
    say(`${bug}: ${where}`);
    fail(found === undefined);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(hasFailed: boolean): void {
  process.exitCode = hasFailed ? 1 : (process.exitCode ?? 0);
}
