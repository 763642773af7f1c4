/** Words of the fields of a study file: what each is called and what it is for. */
import { STUDY_FILE_FIELDS } from '@consilium/shared/protocol';
import type { Words } from './words.js';

export const studyFieldEn = {
  fields: STUDY_FILE_FIELDS,
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
