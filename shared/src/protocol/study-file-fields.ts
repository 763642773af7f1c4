/** What each field of a study file is called and what it is for, in English: beside the fields of the console, and in files that `study new` writes. */
export const STUDY_FILE_FIELDS = {
  title: {
    label: 'Title',
    hint: 'What the study is about, as hospitals read it before they approve.',
  },
  study: {
    label: 'Name',
    hint: 'In commands and the log: a-z, 0-9 and hyphens. It cannot be changed later.',
  },
  backbone: {
    label: 'Registered backbones',
    hint: 'Each hospital has the weights itself; they never travel.',
  },
  'adapter.kind': {
    label: 'Method',
    hint: 'What is trained on the frozen backbone, and travels.',
  },
  'adapter.rank': { label: 'Rank', hint: 'Width of the low-rank factors.' },
  'adapter.alpha': { label: 'Alpha', hint: 'The factors count alpha / rank times.' },
  'adapter.targets': { label: 'Layers', hint: 'Linear layers of each block that are adapted.' },
  'adapter.blocks': { label: 'Blocks', hint: 'Which blocks of the backbone are adapted.' },
  'adapter.count': { label: 'Number of blocks', hint: 'Counted from the end of the backbone.' },
  'adapter.placement': { label: 'Place', hint: 'Where the bottleneck stands in a block.' },
  'adapter.size': { label: 'Size', hint: 'Width of the bottleneck.' },
  'adapter.activation': { label: 'Activation', hint: 'Inside the bottleneck.' },
  'adapter.scale': {
    label: 'Scale',
    hint: 'What comes out of the bottleneck counts so many times.',
  },
  'adapter.depth': {
    label: 'Depth',
    hint: 'Prompts before the first block, or before every block.',
  },
  'adapter.tokens': { label: 'Tokens', hint: 'Number of prompts.' },
  'privateAdapter.kind': {
    label: 'Method',
    hint: 'Trained beside the shared adapter; it stays at the hospital and is never sent.',
  },
  'privateAdapter.rank': {
    label: 'Rank of the own adapter',
    hint: 'Width of the low-rank factors.',
  },
  'privateAdapter.alpha': {
    label: 'Alpha of the own adapter',
    hint: 'The factors count alpha / rank times.',
  },
  'task.classes': {
    label: 'Classes',
    hint: 'One a line, in the order of the answers. Each hospital names its folders or labels so.',
  },
  'training.classWeights': {
    label: 'Weights of classes',
    hint: 'Balanced: rare classes count as much as frequent ones.',
  },
  'participation.minSamples': {
    label: 'Fewest training pictures',
    hint: 'A site with fewer does not join.',
  },
  'training.rounds': {
    label: 'Rounds',
    hint: 'How often the updates of the sites are averaged.',
  },
  'training.localEpochs': {
    label: 'Epochs a round',
    hint: 'How often a site goes through its pictures in a round.',
  },
  'training.batchSize': { label: 'Batch size', hint: 'Pictures of one training step.' },
  'training.optimizer.kind': { label: 'Optimizer', hint: 'Starts anew in each round.' },
  'training.optimizer.learningRate': {
    label: 'Learning rate',
    hint: 'Usual: 0.001 with AdamW, 0.01 to 0.1 with SGD.',
  },
  'training.optimizer.weightDecay': {
    label: 'Weight decay',
    hint: 'Pulls weights towards zero.',
  },
  'training.optimizer.momentum': { label: 'Momentum', hint: 'Share of the step before.' },
  'training.schedule.kind': {
    label: 'Schedule',
    hint: 'How the learning rate goes over all rounds.',
  },
  'training.schedule.warmupSteps': {
    label: 'Warm-up steps',
    hint: 'In which it rises from zero.',
  },
  'training.updateRange': {
    label: 'Largest change',
    hint: 'Of one parameter in one round; what lies beyond is cut.',
  },
  'training.clipNorm': {
    label: 'Clip to norm',
    hint: 'Each update is scaled down to this length. Empty: not at all.',
  },
  'privacy.secureAggregation': {
    label: 'Secure aggregation',
    hint: 'On: the coordinator learns sums of updates and no single one.',
  },
  'privacy.colluders': {
    label: 'Assumed colluders',
    hint: 'Sites that may pool what they see, with each other or with the coordinator.',
  },
  'privacy.groups.sites': { label: 'Sites a group', hint: 'Each group is summed by itself.' },
  'privacy.groups.minSites': {
    label: 'Fewest sites of a group',
    hint: 'A group with fewer is left out.',
  },
  'privacy.groups.combine.kind': {
    label: 'Rule',
    hint: 'How the means of the groups become one.',
  },
  'privacy.groups.combine.trim': {
    label: 'Left out',
    hint: 'So many of the largest and of the smallest values.',
  },
  'acceptance.metric': { label: 'Measured by', hint: 'On the validation pictures of each site.' },
  'acceptance.tolerance': {
    label: 'Tolerance',
    hint: 'How much worse than before a candidate may be.',
  },
  'acceptance.maxNorm': {
    label: 'Largest norm',
    hint: 'Of the mean change. Empty: follows from clipping, if there is any.',
  },
  'participation.minSites': {
    label: 'Fewest sites',
    hint: 'Below it no round begins, and none ends.',
  },
  'participation.advertDeadline': {
    label: 'Time to answer',
    hint: 'Such as 30s or 10m: who has not said by then that it takes part is left out.',
  },
  'participation.roundDeadline': {
    label: 'Time to train',
    hint: 'Such as 30m or 2h: who has not sent its update by then is left out.',
  },
  'participation.maxAttempts': {
    label: 'Attempts a round',
    hint: 'After so many failed ones the study ends. Those for which too few sites came do not count.',
  },
  'participation.sites': {
    label: 'Who may take part',
    hint: 'Named sites alone are offered the study.',
  },
  seed: {
    label: 'Seed',
    hint: 'Drawn at random; the root of every random choice, so that anybody can compute it again.',
  },
} as const;
