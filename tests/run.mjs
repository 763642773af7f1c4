/**
 * `npm test`: sets up what is missing, runs the checks and every suite, and closes with one line that counts the tests.
 * With CI=true a missing component (PostgreSQL, helm) is a failure; without it the suite says what did not run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from '../deploy/set-up.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { workspaces: projects } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

setUp({ build: true });

const checks = run('npm', ['run', '--silent', 'check'], root);
const results = projects.map((project) => runJest(project));
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
const failed = total('failed');
const failedSuites = results.reduce((sum, result) => sum + (result.crashed ? 1 : 0), 0);

process.stdout.write(`\nchecks: ${checks === 0 ? 'green' : 'RED'}\n`);
process.stdout.write(
  `${total('passed')} passed, ${failed + failedSuites} failed, ${total('skipped')} skipped\n`,
);
process.exitCode = checks === 0 && failed === 0 && failedSuites === 0 ? 0 : 1;

/** Runs one project's suites; a run that ended without a report counts as one failure. */
function runJest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-test-'));
  const report = join(folder, 'report.json');
  process.stdout.write(`\n== ${project}\n`);
  const status = run(
    'npx',
    ['--no-install', 'jest', '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
    join(root, project),
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } =
      JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests,
      crashed: numRuntimeErrorTestSuites > 0 || (status !== 0 && numFailedTests === 0),
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0, crashed: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  return status ?? 1;
}
