/** Words of the fields of a study file: what each is called and what it is for. */
import type { Words } from './words.js';

export const studyFieldEn = {
  fields: {
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
  },
};

export const studyFieldDe: Words<typeof studyFieldEn> = {
  fields: {
    title: {
      label: 'Titel',
      hint: 'Worum es geht, wie Krankenhäuser es lesen, bevor sie zustimmen.',
    },
    study: {
      label: 'Name',
      hint: 'In Befehlen und im Protokoll: a-z, 0-9 und Bindestriche. Später nicht zu ändern.',
    },
    backbone: {
      label: 'Registrierte Backbones',
      hint: 'Jedes Krankenhaus hat die Gewichte selbst; sie reisen nie.',
    },
    'adapter.kind': {
      label: 'Methode',
      hint: 'Was auf dem eingefrorenen Backbone trainiert wird und reist.',
    },
    'adapter.rank': { label: 'Rang', hint: 'Breite der Faktoren kleinen Ranges.' },
    'adapter.alpha': { label: 'Alpha', hint: 'Die Faktoren zählen alpha / Rang mal.' },
    'adapter.targets': {
      label: 'Schichten',
      hint: 'Lineare Schichten jedes Blocks, die angepasst werden.',
    },
    'adapter.blocks': { label: 'Blöcke', hint: 'Welche Blöcke des Backbones angepasst werden.' },
    'adapter.count': { label: 'Zahl der Blöcke', hint: 'Vom Ende des Backbones gezählt.' },
    'adapter.placement': { label: 'Ort', hint: 'Wo der Engpass im Block steht.' },
    'adapter.size': { label: 'Größe', hint: 'Breite des Engpasses.' },
    'adapter.activation': { label: 'Aktivierung', hint: 'Im Engpass.' },
    'adapter.scale': { label: 'Skala', hint: 'So viele Male zählt, was aus dem Engpass kommt.' },
    'adapter.depth': { label: 'Tiefe', hint: 'Prompts vor dem ersten Block oder vor jedem.' },
    'adapter.tokens': { label: 'Tokens', hint: 'Zahl der Prompts.' },
    'privateAdapter.kind': {
      label: 'Methode',
      hint: 'Neben dem gemeinsamen Adapter trainiert; er bleibt im Krankenhaus und wird nie gesandt.',
    },
    'privateAdapter.rank': {
      label: 'Rang des eigenen Adapters',
      hint: 'Breite der Faktoren kleinen Ranges.',
    },
    'privateAdapter.alpha': {
      label: 'Alpha des eigenen Adapters',
      hint: 'Die Faktoren zählen alpha / Rang mal.',
    },
    'task.classes': {
      label: 'Klassen',
      hint: 'Eine je Zeile, in der Reihenfolge der Antworten. So nennt jedes Krankenhaus seine Ordner oder Etiketten.',
    },
    'training.classWeights': {
      label: 'Gewichte der Klassen',
      hint: 'Ausgeglichen: seltene Klassen zählen so viel wie häufige.',
    },
    'participation.minSamples': {
      label: 'Wenigste Trainingsbilder',
      hint: 'Ein Standort mit weniger nimmt nicht teil.',
    },
    'training.rounds': {
      label: 'Runden',
      hint: 'Wie oft die Updates der Standorte gemittelt werden.',
    },
    'training.localEpochs': {
      label: 'Epochen je Runde',
      hint: 'Wie oft ein Standort in einer Runde durch seine Bilder geht.',
    },
    'training.batchSize': { label: 'Batchgröße', hint: 'Bilder eines Trainingsschritts.' },
    'training.optimizer.kind': { label: 'Optimierer', hint: 'Beginnt in jeder Runde neu.' },
    'training.optimizer.learningRate': {
      label: 'Lernrate',
      hint: 'Üblich: 0.001 mit AdamW, 0.01 bis 0.1 mit SGD.',
    },
    'training.optimizer.weightDecay': {
      label: 'Gewichtsabnahme',
      hint: 'Zieht Gewichte zur Null.',
    },
    'training.optimizer.momentum': { label: 'Momentum', hint: 'Anteil des Schritts davor.' },
    'training.schedule.kind': { label: 'Verlauf', hint: 'Wie die Lernrate über alle Runden geht.' },
    'training.schedule.warmupSteps': {
      label: 'Anlaufschritte',
      hint: 'In denen sie von null steigt.',
    },
    'training.updateRange': {
      label: 'Größte Änderung',
      hint: 'Eines Parameters in einer Runde; was darüber liegt, wird abgeschnitten.',
    },
    'training.clipNorm': {
      label: 'Auf Norm kürzen',
      hint: 'Jedes Update wird auf diese Länge verkleinert. Leer: gar nicht.',
    },
    'privacy.secureAggregation': {
      label: 'Sichere Aggregation',
      hint: 'An: der Koordinator erfährt Summen von Updates und kein einzelnes.',
    },
    'privacy.colluders': {
      label: 'Angenommene Verbündete',
      hint: 'Standorte, die zusammenlegen könnten, was sie sehen, miteinander oder mit dem Koordinator.',
    },
    'privacy.groups.sites': {
      label: 'Standorte je Gruppe',
      hint: 'Jede Gruppe wird für sich summiert.',
    },
    'privacy.groups.minSites': {
      label: 'Wenigste Standorte einer Gruppe',
      hint: 'Eine Gruppe mit weniger wird ausgelassen.',
    },
    'privacy.groups.combine.kind': {
      label: 'Regel',
      hint: 'Wie aus den Mitteln der Gruppen eines wird.',
    },
    'privacy.groups.combine.trim': {
      label: 'Ausgelassen',
      hint: 'So viele der größten und der kleinsten Werte.',
    },
    'acceptance.metric': {
      label: 'Gemessen an',
      hint: 'Auf den Validierungsbildern jedes Standorts.',
    },
    'acceptance.tolerance': {
      label: 'Toleranz',
      hint: 'Wie viel schlechter als zuvor ein Kandidat sein darf.',
    },
    'acceptance.maxNorm': {
      label: 'Größte Norm',
      hint: 'Der mittleren Änderung. Leer: folgt aus dem Kürzen, falls gekürzt wird.',
    },
    'participation.minSites': {
      label: 'Wenigste Standorte',
      hint: 'Darunter beginnt keine Runde, und keine endet.',
    },
    'participation.advertDeadline': {
      label: 'Zeit zu antworten',
      hint: 'Etwa 30s oder 10m: wer bis dahin nicht zusagt, bleibt draußen.',
    },
    'participation.roundDeadline': {
      label: 'Zeit zu trainieren',
      hint: 'Etwa 30m oder 2h: wer bis dahin kein Update gesandt hat, bleibt draußen.',
    },
    'participation.maxAttempts': {
      label: 'Versuche je Runde',
      hint: 'Nach so vielen gescheiterten endet die Studie. Die, zu denen zu wenige Standorte kamen, zählen nicht.',
    },
    'participation.sites': {
      label: 'Wer teilnehmen darf',
      hint: 'Nur benannten Standorten wird die Studie angeboten.',
    },
    seed: {
      label: 'Startwert',
      hint: 'Zufällig gezogen; Wurzel jeder zufälligen Wahl, damit jeder nachrechnen kann.',
    },
  },
};
