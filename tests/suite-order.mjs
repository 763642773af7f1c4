/**
 * The order in which `npm test` starts the suites. Jest knows durations only of earlier runs on the same machine, and without
 * them sorts by size, which leaves the longest suites for the end, alone on one core. Here the suites that take a minute or more,
 * most of them with processes and browsers of their own, are spread over the run, the longest first, and the others stand
 * between them, the largest first.
 */
const takesLong =
  /\.e2e\.spec\.ts$|tests[/\\]src[/\\]console[/\\]|[/\\](crash|kill|slow-clients|flood)[^/\\]*\.spec\.ts$/;
/** The earlier these start, the less is left alone at the end. */
const longest = [
  ...['chaos/kill', 'audit/crash', 'chaos/', 'adapter-contract', 'late-site', 'tls.e2e'],
  ...['coordinator/src/rounds/voting', 'agent-page', 'study-pages', 'console/sites'],
  'slow-clients',
];

export default class SuiteOrder {
  sort(tests) {
    const byLength = [...tests].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
    const long = byLength.filter(isLong);
    const short = byLength.filter((test) => !isLong(test));
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

function isLong(test) {
  return takesLong.test(test.path) || rank(test) < longest.length;
}

function rank({ path }) {
  const at = longest.findIndex((name) => path.replaceAll('\\', '/').includes(name));
  return at === -1 ? longest.length : at;
}

function size({ path, context }) {
  return context.hasteFS.getSize(path) ?? 0;
}
