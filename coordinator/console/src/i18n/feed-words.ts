/** What leaves say, in sentences. */
import type { FeedFacts } from '../lib/format/feed-facts.js';
import { accountChangeIn } from './account-change-words.js';
import type { Words } from './words.js';

type Sentence = (facts: FeedFacts) => string;

const listIn = (locale: string) => (names: readonly string[]) =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
const listEn = listIn('en');
const listDe = listIn('de');

export const feedEn = {
  'log.opened': () => 'The log was opened: its name and its keys are fixed.',
  'software.version': ({ version }: FeedFacts) => `The coordinator started, version ${version}.`,
  'backup.restored': ({ leaves }: FeedFacts) =>
    `The coordinator was restored from a backup that ends after ${leaves} entries.`,
  'site.enrolled': ({ siteId }: FeedFacts) => `${siteId} was let in with its key.`,
  'site.key-rotated': ({ siteId }: FeedFacts) => `${siteId} changed its key.`,
  'site.revoked': ({ siteId, reason }: FeedFacts) => `${siteId} was shut out: ${reason}.`,
  'operator.changed': ({ operatorId, what }: FeedFacts) =>
    `Account ${operatorId} ${accountChangeIn('en', what)}.`,
  'person.key-added': ({ operatorId }: FeedFacts) => `${operatorId} has a new key to sign with.`,
  'person.key-removed': ({ operatorId }: FeedFacts) => `A key of ${operatorId} was removed.`,
  'access.refused': ({ what, count }: FeedFacts) =>
    `Turned away before anybody proved who it was, ${count} times: ${what}.`,
  'study.created': () => 'The study was created and offered to its sites.',
  'study.approved': ({ siteId }: FeedFacts) => `${siteId} approved the study protocol and joined.`,
  'study.declined': ({ siteId, reason }: FeedFacts) => `${siteId} declined the study: ${reason}.`,
  'study.withdrawn': ({ siteId }: FeedFacts) => `${siteId} withdrew from the study.`,
  'study.started': () => 'The study started: its roster is fixed.',
  'study.paused': ({ by, reason }: FeedFacts) => `${by} paused the study: ${reason}.`,
  'study.resumed': ({ by }: FeedFacts) => `${by} resumed the study.`,
  'study.completed': ({ rounds }: FeedFacts) => `The study is complete after ${rounds} rounds.`,
  'study.failed': ({ reason }: FeedFacts) => `The study failed: ${reason}.`,
  'roster.add': ({ siteId }: FeedFacts) => `${siteId} is on the roster.`,
  'roster.rotate': ({ siteId }: FeedFacts) => `${siteId} has a new key on the roster.`,
  'roster.revoke': ({ siteId, reason }: FeedFacts) => `${siteId} left the roster: ${reason}.`,
  'round.manifest': ({ roundNo, attemptNo }: FeedFacts) =>
    attemptNo > 1
      ? `Round ${roundNo} is tried again, attempt ${attemptNo}.`
      : `Round ${roundNo} began: sites are asked whether they take part.`,
  'round.adverts': ({ roundNo, sites }: FeedFacts) =>
    `Round ${roundNo}: ${listEn(sites)} take part.`,
  'round.declined': ({ roundNo, siteId, reason }: FeedFacts) =>
    `Round ${roundNo}: ${siteId} sits out: ${reason}.`,
  'round.survivors': ({ roundNo, sites }: FeedFacts) =>
    `Round ${roundNo}: the updates of ${listEn(sites)} are in.`,
  'round.candidate': ({ roundNo }: FeedFacts) =>
    `Round ${roundNo}: a candidate adapter is there, sites vote on it.`,
  'round.votes': ({ roundNo }: FeedFacts) => `Round ${roundNo}: the votes are counted.`,
  'round.result': ({ roundNo }: FeedFacts) =>
    `Round ${roundNo} is done: the updates are summed, the next adapter checkpoint is fixed.`,
  'round.aborted': ({ roundNo, reason }: FeedFacts) =>
    `Round ${roundNo}: attempt aborted: ${reason}.`,
  'key.destroyed': ({ roundNo }: FeedFacts) =>
    `Round ${roundNo}: what could open its updates is destroyed.`,
  'evaluation.reported': ({ siteId }: FeedFacts) => `${siteId} measured an adapter checkpoint.`,
  'access.export': ({ what }: FeedFacts) =>
    what === 'bundle' ? 'The evidence bundle was exported.' : 'The adapter was exported.',
  'security.refused': ({ siteId, reason }: FeedFacts) =>
    `Something from ${siteId} was refused: ${reason}.`,
  'act.signed': ({ what }: FeedFacts) => `Somebody signed: ${what}.`,
} satisfies Readonly<Record<string, Sentence>>;

export const feedDe: Words<typeof feedEn> = {
  'log.opened': () => 'Das Protokoll wurde eröffnet: sein Name und seine Schlüssel stehen fest.',
  'software.version': ({ version }: FeedFacts) =>
    `Der Koordinator wurde gestartet, Version ${version}.`,
  'backup.restored': ({ leaves }: FeedFacts) =>
    `Der Koordinator wurde aus einer Sicherung wiederhergestellt, die nach ${leaves} Einträgen endet.`,
  'site.enrolled': ({ siteId }: FeedFacts) => `${siteId} wurde mit seinem Schlüssel zugelassen.`,
  'site.key-rotated': ({ siteId }: FeedFacts) => `${siteId} hat den Schlüssel gewechselt.`,
  'site.revoked': ({ siteId, reason }: FeedFacts) => `${siteId} wurde ausgeschlossen: ${reason}.`,
  'operator.changed': ({ operatorId, what }: FeedFacts) =>
    `Konto ${operatorId} ${accountChangeIn('de', what)}.`,
  'person.key-added': ({ operatorId }: FeedFacts) =>
    `${operatorId} hat einen neuen Schlüssel zum Unterschreiben.`,
  'person.key-removed': ({ operatorId }: FeedFacts) =>
    `Ein Schlüssel von ${operatorId} wurde entfernt.`,
  'access.refused': ({ what, count }: FeedFacts) =>
    `${count}-mal abgewiesen, bevor sich jemand ausgewiesen hatte: ${what}.`,
  'study.created': () => 'Die Studie wurde angelegt und den Standorten angeboten.',
  'study.approved': ({ siteId }: FeedFacts) =>
    `${siteId} hat das Studienprotokoll gebilligt und nimmt teil.`,
  'study.declined': ({ siteId, reason }: FeedFacts) =>
    `${siteId} hat die Studie abgelehnt: ${reason}.`,
  'study.withdrawn': ({ siteId }: FeedFacts) => `${siteId} hat sich aus der Studie zurückgezogen.`,
  'study.started': () => 'Die Studie hat begonnen: wer teilnimmt, steht fest.',
  'study.paused': ({ by, reason }: FeedFacts) => `${by} hat die Studie angehalten: ${reason}.`,
  'study.resumed': ({ by }: FeedFacts) => `${by} hat die Studie fortgesetzt.`,
  'study.completed': ({ rounds }: FeedFacts) => `Die Studie ist nach ${rounds} Runden fertig.`,
  'study.failed': ({ reason }: FeedFacts) => `Die Studie ist gescheitert: ${reason}.`,
  'roster.add': ({ siteId }: FeedFacts) => `${siteId} steht auf der Liste der Teilnehmer.`,
  'roster.rotate': ({ siteId }: FeedFacts) => `${siteId} hat einen neuen Schlüssel auf der Liste.`,
  'roster.revoke': ({ siteId, reason }: FeedFacts) =>
    `${siteId} steht nicht mehr auf der Liste: ${reason}.`,
  'round.manifest': ({ roundNo, attemptNo }: FeedFacts) =>
    attemptNo > 1
      ? `Runde ${roundNo} wird neu versucht, Versuch ${attemptNo}.`
      : `Runde ${roundNo} beginnt: die Standorte werden gefragt, ob sie teilnehmen.`,
  'round.adverts': ({ roundNo, sites }: FeedFacts) =>
    `Runde ${roundNo}: ${listDe(sites)} nehmen teil.`,
  'round.declined': ({ roundNo, siteId, reason }: FeedFacts) =>
    `Runde ${roundNo}: ${siteId} setzt aus: ${reason}.`,
  'round.survivors': ({ roundNo, sites }: FeedFacts) =>
    `Runde ${roundNo}: die Updates von ${listDe(sites)} sind da.`,
  'round.candidate': ({ roundNo }: FeedFacts) =>
    `Runde ${roundNo}: ein Kandidat ist da, die Standorte stimmen ab.`,
  'round.votes': ({ roundNo }: FeedFacts) => `Runde ${roundNo}: die Stimmen sind gezählt.`,
  'round.result': ({ roundNo }: FeedFacts) =>
    `Runde ${roundNo} ist fertig: die Updates sind summiert, der nächste Adapterstand steht fest.`,
  'round.aborted': ({ roundNo, reason }: FeedFacts) =>
    `Runde ${roundNo}: Versuch abgebrochen: ${reason}.`,
  'key.destroyed': ({ roundNo }: FeedFacts) =>
    `Runde ${roundNo}: was ihre Updates öffnen konnte, ist vernichtet.`,
  'evaluation.reported': ({ siteId }: FeedFacts) => `${siteId} hat einen Adapterstand gemessen.`,
  'access.export': ({ what }: FeedFacts) =>
    what === 'bundle' ? 'Das Beweispaket wurde ausgegeben.' : 'Der Adapter wurde ausgegeben.',
  'security.refused': ({ siteId, reason }: FeedFacts) =>
    `Etwas von ${siteId} wurde zurückgewiesen: ${reason}.`,
  'act.signed': ({ what }: FeedFacts) => `Jemand hat unterschrieben: ${what}.`,
};

/** A sentence for a leaf; of a kind without one, the kind and the site. */
export function sentenceOf(words: Words<typeof feedEn>, facts: FeedFacts): string {
  const sentences: Readonly<Record<string, Sentence | undefined>> = words;
  return sentences[facts.type]?.(facts) ?? [facts.type, facts.siteId].filter(Boolean).join(' ');
}
