/**
 * `npm test`: sets up what is missing, runs the checks and every suite, and closes with one line that counts the tests.
 * With CI=true a missing component (PostgreSQL, helm) is a failure; without it the suite says what did not run.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from '../deploy/set-up.mjs';
import { useScratchFolder } from './scratch-folder.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

setUp({ build: true });

const checks = run('npm', ['run', '--silent', 'check'], root);
const { passed, failed, skipped } = runSuites();

process.stdout.write(`\nchecks: ${checks === 0 ? 'green' : 'RED'}\n`);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = checks === 0 && failed === 0 ? 0 : 1;

/** Runs the suites of all workspaces; one that does not load counts as a failure, and so does a run without a report. */
function runSuites() {
  const scratch = useScratchFolder();
  // Who breaks the run off ends the suites; what they kept is removed all the same.
  process.on('SIGINT', () => undefined);
  const report = join(scratch.folder, 'report.json');
  const options = ['--json', `--outputFile=${report}`, ...process.argv.slice(2)];
  const status = run('npx', ['--no-install', 'jest', ...options], root);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } =
      JSON.parse(readFileSync(report, 'utf8'));
    const told = numFailedTests + numRuntimeErrorTestSuites;
    const failed = status !== 0 && told === 0 ? 1 : told;
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    scratch.remove();
  }
}

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  return status ?? 1;
}
