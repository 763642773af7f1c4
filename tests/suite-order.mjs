/**
 * The order in which `npm test` starts the suites. Jest knows durations only of earlier runs on the same machine, and without
 * them sorts by size, which leaves the longest suites for the end, alone on one core. Here the suites that start processes are
 * spread over the run, the longest first, and the others stand between them, the largest first.
 */
const startsProcesses = /\.e2e\.spec\.ts$|[/\\](crash|kill|slow-clients|flood)[^/\\]*\.spec\.ts$/;
/** Suites of many processes or many waits: the earlier they start, the less is left alone at the end. */
const longest = ['chaos/kill', 'tls.e2e', 'audit/crash', 'slow-clients', 'chaos/'];

export default class SuiteOrder {
  sort(tests) {
    const byLength = [...tests].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
    const long = byLength.filter(({ path }) => startsProcesses.test(path));
    const short = byLength.filter(({ path }) => !startsProcesses.test(path));
    // After each long one short ones of as many bytes as all have on average: few long ones run at a time, and none is last.
    const share = short.reduce((sum, test) => sum + size(test), 0) / (long.length + 1);
    return long.flatMap((test) => [test, ...take(short, share)]).concat(short);
  }

  allFailedTests(tests) {
    return tests;
  }

  shard(tests, { shardIndex, shardCount }) {
    return tests.filter((_, index) => index % shardCount === shardIndex - 1);
  }

  cacheResults() {}
}

/** Takes tests off the front until they have so many bytes. */
function take(tests, bytes) {
  let taken = 0;
  const end = tests.findIndex((test) => (taken += size(test)) >= bytes);
  return tests.splice(0, end === -1 ? tests.length : end + 1);
}

function rank({ path }) {
  const at = longest.findIndex((name) => path.replaceAll('\\', '/').includes(name));
  return at === -1 ? longest.length : at;
}

function size({ path, context }) {
  return context.hasteFS.getSize(path) ?? 0;
}
