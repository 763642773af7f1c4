/** docs/benchmarks.md: what is measured, how, and the figures of a saved run with their peers and limits. */
import { numberText, ratioText, type Figure } from '../measure/figure.js';
import type { Machine } from '../measure/machine.js';
import { figuresOf, SUITES, type SuiteName, type Taken } from '../suites/suite.js';
import { markdownTable } from './markdown-table.js';

/** How each suite measures; read before its figures. */
const HOW: Readonly<Record<SuiteName, string>> = {
  step: 'One training step (forward, backward, update) of ViT-S/16: width 384, 12 blocks, 6 heads, MLP 1,536, 197 tokens, batch 8, LoRA r=8 on query and value, AdamW, float32, random weights, through the loop that trains a study, on cached trunk activations. Each engine runs in processes of its own: the median of their steps after the warm-up, and the largest resident memory. PyTorch runs the same step in the same sitting, in turn: as shipped, and with its linear algebra told that the processor is Intel’s, so that it takes its AVX-512 path on any maker’s. Where “last 4 blocks” are adapted, the first eight are the frozen trunk, computed once. Ours leaves out what the class token does not read in the last block; PyTorch computes it. A virtual machine’s neighbours on the same host do not show in its load: on two cores of an AMD EPYC (Zen 5) PyTorch 2.13 has also taken 849 ms as shipped and 439 ms with AVX-512 for all blocks.',
  study:
    'A study in real processes on one machine: a coordinator and three agents, from the manifest of a round in the log to its result in the log. Overhead is what the slowest site’s training leaves. The peers’ figures were measured once on this task and two cores; they are quoted, not rerun. They trained 4 steps of batch 8 on 64 pictures a site; a study file counts whole epochs, so ours trains on 32 of the 64.',
  rounds:
    'As `study`, with a small backbone and an adapter of the same size, so that hardly anything but the round itself is left. The peers are quoted from the task of `study`.',
  transport:
    'An update from the site’s memory to the coordinator’s: sealed under a key of its own, framed, sealed for the channel, and all of it undone. Beside it AES-256-GCM alone over the same bytes, as often.',
  log: 'The log on SQLite with a sync at every commit. A leaf is appended in a transaction of its own and signed; beside it a bare insert of such a row. A proof is read as a site asks for it; beside it the bare SHA-256 of the nodes of its path. A bundle is verified whole, with its study.',
  aggregation:
    'Sums of updates of 4 MB. The ring sum beside a bare loop over the same words; then all that a round does with an update: unwrap its key, decrypt, check bounds and hash, add. Memory is what the sum adds to the sealed updates.',
  secagg:
    'Secure sums on one core, real masks and no network: a site that adds all its masks, a coordinator that takes them off. Masks of more than 200 MB together are made for a range of the vector, and the time is scaled. Beside it SecAgg+’s arithmetic (Mersenne Twister, 64-bit sums modulo 2^32) in NumPy for as many masks, and copying as many bytes as the masks have.',
  flood:
    'A coordinator with its usual limits between strangers: handshakes signed by keys that it does not know, and connections that say nothing, from many addresses. Beside it a site that does its work, before and meanwhile.',
  sites:
    'One secure attempt of one coordinator with many sites over real sockets, with real rows and files. Each phase lasts until the last site has what it ends with. All sites are in one other process on the same machine, which opens and masks for each of them: the seconds of the clock are mostly its own, the coordinator’s are those of its processor time.',
  console:
    'The console of a coordinator on the loopback in Chromium, two cores for both: the first content (the frame) and the largest (the studies) of the page of studies in a browser that has seen none of it, the script that it takes as it travels, and the curves of a study with many sites and rounds. The longest task is without a pause from the answer to the drawing; frames are counted while the axis changes.',
  adapters:
    'The methods of adaptation side by side: the demo’s federation once for each, on the same pictures, seed and rounds.',
};

/** Runnable processes below which a machine counts as quiet. */
const QUIET_LOAD = 0.5;

const BUSY =
  '**Taken while other processes used the machine: times are too long, and ratios are rough.**';

/** What a busy machine does to a suite, where that is known. */
const NOT_QUIET: Partial<Readonly<Record<SuiteName, string>>> = {
  step: `${BUSY} PyTorch’s threads wait for each other in loops, so it loses more by such neighbours than we do: these ratios flatter us.`,
  study: `${BUSY} The peers were measured on a quiet machine.`,
  rounds: `${BUSY} The peers were measured on a quiet machine.`,
};

const INTRODUCTION = `# Benchmarks

\`npm run bench\` measures; this page is made from a saved run and says for every figure what it is held against: a peer that does the same work, or the limit of the same machine in the same run. Machines differ and are never quite quiet: only ratios within one run mean much.

\`\`\`
npm run bench -- step --python /path/to/python --save docs/benchmarks.json
npm run bench -- study rounds transport log aggregation --save docs/benchmarks.json
npm run bench -- step --against docs/benchmarks.json     # the same again, and ratios
npm run bench -- page --from docs/benchmarks.json        # this page and its picture
\`\`\`

\`--json\` prints one object on one line, \`--quick\` tries everything with next to no work.`;

/** @param results of a saved run @param picture path of the chart from the page */
export function pageOf(results: readonly Taken[], picture: string): string {
  const sections = SUITES.map((name) => section(name, results)).filter((text) => text !== '');
  return [
    INTRODUCTION,
    `![Each figure as a bar, its peers and limits below it](${picture})`,
    ...sections,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function section(name: SuiteName, results: readonly Taken[]): string {
  const own = results.filter(({ suite }) => suite === name);
  if (own.length === 0) {
    return '';
  }
  const machines = [...new Set(own.map(({ machine }) => machineText(machine)))];
  const versions = [...new Set(own.flatMap(versionsOf))];
  return [
    `## ${name}`,
    HOW[name],
    [...machines, ...versions].map((line) => `- ${line}`).join('\n'),
    ...(own.some(({ machine }) => machine.load >= QUIET_LOAD) ? [NOT_QUIET[name] ?? BUSY] : []),
    figureRows(own.flatMap(figuresOf)),
  ].join('\n\n');
}

function figureRows(figures: readonly Figure[]): string {
  return markdownTable(
    ['figure', 'value', 'unit', 'beside', 'ratio'],
    figures.map(({ name, value, unit, beside }) => [
      name.replace(/^[a-z]+: /, ''),
      numberText(value),
      unit,
      beside
        .map((one) => `${one.name}${one.isQuoted ? ' (quoted)' : ''} ${numberText(one.value)}`)
        .join('; '),
      beside.map((one) => ratioText(value, one.value)).join('; '),
    ]),
  );
}

function machineText({ processor, cores, memoryGiB, load, node, consilium, at }: Machine): string {
  const quiet = load < QUIET_LOAD ? 'quiet' : 'NOT quiet';
  return `${processor}, ${cores} cores, ${memoryGiB} GiB; ${quiet} (load ${load}); Node ${node}, Consilium ${consilium}; ${at.slice(0, 10)}`;
}

function versionsOf(result: Taken): string[] {
  switch (result.suite) {
    case 'step':
      return [
        `${result.engine} ${result.engineVersion} on ${result.device}, threads: ${result.threads}`,
        ...(result.pytorch === undefined
          ? []
          : [`PyTorch ${result.pytorch.version}, threads: ${result.pytorch.threads}`]),
      ];
    case 'study':
    case 'rounds':
      return [`${result.task}; trained on ${result.engine}`];
    default:
      return [];
  }
}
