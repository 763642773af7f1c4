/** Words of the audit explorer. What the verifier says stays in the verifier's own words. */
import type { Words } from './words.js';

export const auditEn = {
  title: 'Audit log',
  tabsLabel: 'Parts of the audit log',
  tabs: {
    entries: 'Entries',
    verify: 'Verify in this browser',
    checkpoint: 'Checkpoint',
  },
  filter: {
    title: 'Find entries',
    study: 'Study',
    round: 'Round',
    site: 'Site',
    kind: 'Kind',
    anyKind: 'Any kind',
    from: 'From',
    until: 'Until',
    show: 'Show',
    clear: 'Show all',
    share: 'The address of this page holds the choice: send it to share what you see.',
  },
  entries: {
    title: 'Entries',
    list: 'Entries of the log, the newest first',
    newest: 'To the newest',
    older: 'Older entries',
    none: 'No entry fits',
    noneHow:
      'The log has no entry like this that you may see. Show all, or choose a longer time or another study.',
    ofRound: (round: number) => `round ${round}`,
  },
  entry: {
    title: (index: string) => `Entry ${index}`,
    choose: 'Choose an entry to see what it says, its bytes, and the proof that it is in the log.',
    close: 'Close the entry',
    what: 'What it says',
    raw: 'As it was hashed',
    rawHint: (bytes: string) => `Canonical JSON (RFC 8785), ${bytes}.`,
    bytes: 'Show the bytes',
    leafHash: 'Leaf hash',
    signed: 'Who signed',
  },
  signer: {
    log: (name: string) =>
      `The log signed the checkpoint that holds this entry, with the key of ${name}.`,
    site: (site: string) => `The document that it names is signed by ${site}, with its own key.`,
    sites: 'The documents that it names are signed by each of these sites, with keys of their own.',
    person: (person: string) => `${person} signed with a key of their own.`,
    coordinator: 'The document that it names is signed by the coordinator.',
    alone: 'It names no signed document: the log alone vouches for it.',
  },
  proof: {
    title: 'Proof that it is in the log',
    holds: (size: string) =>
      `Computed in this browser: the entry is in the log of ${size} entries that the checkpoint signs.`,
    fails: (code: string, reason: string) => `Refused, ${code}: ${reason}`,
    again: 'Prove against the newest checkpoint',
    size: 'Tree size',
    root: 'Root',
    checkpoint: 'Checkpoint',
    keyTold:
      'The key of the log is the one that its first entry names. Keep a checkpoint, and from then on this browser takes no other.',
    keyKept: (when: string) =>
      `The key of the log is the one that this browser keeps since ${when}.`,
  },
  hashes: {
    show: (steps: string) => `Show each hash (${steps})`,
    label: 'Hash steps, from the lowest upwards',
    step: 'Step',
    left: 'Left',
    right: 'Right',
    result: 'Hash of both',
    given: 'from the proof',
    computed: 'computed before',
    tree: { old: 'old tree', new: 'new tree' },
    which: 'Tree',
    none: 'No step is needed: both are the same tree.',
  },
  checkpoint: {
    newest: 'Newest checkpoint',
    explain:
      'The log signs how many entries it has and the root hash over all of them. Whoever keeps one can prove later that nothing before it was rewritten.',
    none: 'No checkpoint is signed yet',
    noneHow: 'The log signs one as soon as the coordinator has started.',
    origin: 'Log',
    size: 'Tree size',
    root: 'Root',
    key: 'Key of the log',
    signatures: 'Signed by',
    signedBy: (name: string, id: string) => `${name}, key ${id}`,
    raw: 'Signed note, as it is',
    keep: 'Keep in this browser',
    kept: 'Kept',
    file: 'Save as a file',
    mismatch: 'The newest checkpoint contradicts the one kept here: it is not kept.',
  },
  compare: {
    title: 'Compare with a checkpoint kept before',
    none: 'No checkpoint is kept in this browser',
    noneHow:
      'Keep the newest one now. When you come back, this page proves by itself that nothing was rewritten since.',
    keptAt: (when: string, size: string) => `Kept on ${when}, with ${size} entries.`,
    holds: (when: string) => `Nothing was rewritten since your last visit on ${when}.`,
    holdsFile: (name: string) => `Nothing was rewritten since the checkpoint in ${name}.`,
    grown: (old: string, more: string) =>
      `The log still begins with its first ${old} entries, and ${more} came after them.`,
    fails: (code: string, reason: string) => `Refused, ${code}: ${reason}`,
    evidence:
      'Keep both checkpoints: the log signed both, so this is evidence against whoever runs it.',
    again: 'Compare again',
    forget: 'Forget it',
    fromFile: 'Compare with a file',
    file: 'File with a checkpoint',
    fromFileHint: 'A signed note, such as this page or consilium audit checkpoint save writes.',
  },
};

export const auditDe: Words<typeof auditEn> = {
  title: 'Prüfprotokoll',
  tabsLabel: 'Teile des Prüfprotokolls',
  tabs: {
    entries: 'Einträge',
    verify: 'In diesem Browser prüfen',
    checkpoint: 'Prüfpunkt',
  },
  filter: {
    title: 'Einträge suchen',
    study: 'Studie',
    round: 'Runde',
    site: 'Standort',
    kind: 'Art',
    anyKind: 'Jede Art',
    from: 'Von',
    until: 'Bis',
    show: 'Zeigen',
    clear: 'Alle zeigen',
    share: 'Die Adresse dieser Seite enthält die Auswahl: wer sie bekommt, sieht dasselbe.',
  },
  entries: {
    title: 'Einträge',
    list: 'Einträge des Protokolls, die neuesten zuerst',
    newest: 'Zu den neuesten',
    older: 'Ältere Einträge',
    none: 'Kein Eintrag passt',
    noneHow:
      'Das Protokoll hat keinen solchen Eintrag, den Sie sehen dürfen. Zeigen Sie alle, oder wählen Sie eine längere Zeit oder eine andere Studie.',
    ofRound: (round: number) => `Runde ${round}`,
  },
  entry: {
    title: (index: string) => `Eintrag ${index}`,
    choose:
      'Wählen Sie einen Eintrag: Sie sehen, was er sagt, seine Bytes und den Beweis, dass er im Protokoll steht.',
    close: 'Eintrag schließen',
    what: 'Was er sagt',
    raw: 'So wurde er gehasht',
    rawHint: (bytes: string) => `Kanonisches JSON (RFC 8785), ${bytes}.`,
    bytes: 'Bytes zeigen',
    leafHash: 'Hash des Eintrags',
    signed: 'Wer unterschrieben hat',
  },
  signer: {
    log: (name: string) =>
      `Das Protokoll hat den Prüfpunkt, der diesen Eintrag enthält, mit dem Schlüssel von ${name} unterschrieben.`,
    site: (site: string) =>
      `Das genannte Dokument hat ${site} mit eigenem Schlüssel unterschrieben.`,
    sites:
      'Die genannten Dokumente hat jeder dieser Standorte mit eigenem Schlüssel unterschrieben.',
    person: (person: string) => `${person} hat mit eigenem Schlüssel unterschrieben.`,
    coordinator: 'Das genannte Dokument hat der Koordinator unterschrieben.',
    alone: 'Er nennt kein unterschriebenes Dokument: allein das Protokoll steht dafür ein.',
  },
  proof: {
    title: 'Beweis, dass er im Protokoll steht',
    holds: (size: string) =>
      `In diesem Browser berechnet: der Eintrag steht im Protokoll mit ${size} Einträgen, das der Prüfpunkt unterschreibt.`,
    fails: (code: string, reason: string) => `Abgelehnt, ${code}: ${reason}`,
    again: 'Gegen den neuesten Prüfpunkt beweisen',
    size: 'Größe des Baums',
    root: 'Wurzel',
    checkpoint: 'Prüfpunkt',
    keyTold:
      'Der Schlüssel des Protokolls ist der, den sein erster Eintrag nennt. Behalten Sie einen Prüfpunkt, dann nimmt dieser Browser keinen anderen mehr an.',
    keyKept: (when: string) =>
      `Der Schlüssel des Protokolls ist der, den dieser Browser seit ${when} behält.`,
  },
  hashes: {
    show: (steps: string) => `Jeden Hash zeigen (${steps})`,
    label: 'Schritte, vom untersten aufwärts',
    step: 'Schritt',
    left: 'Links',
    right: 'Rechts',
    result: 'Hash von beiden',
    given: 'aus dem Beweis',
    computed: 'vorher berechnet',
    tree: { old: 'alter Baum', new: 'neuer Baum' },
    which: 'Baum',
    none: 'Kein Schritt ist nötig: beide sind derselbe Baum.',
  },
  checkpoint: {
    newest: 'Neuester Prüfpunkt',
    explain:
      'Das Protokoll unterschreibt, wie viele Einträge es hat, und den Wurzelhash über alle. Wer einen behält, kann später beweisen, dass davor nichts umgeschrieben wurde.',
    none: 'Noch ist kein Prüfpunkt unterschrieben',
    noneHow: 'Das Protokoll unterschreibt einen, sobald der Koordinator gestartet ist.',
    origin: 'Protokoll',
    size: 'Größe des Baums',
    root: 'Wurzel',
    key: 'Schlüssel des Protokolls',
    signatures: 'Unterschrieben von',
    signedBy: (name: string, id: string) => `${name}, Schlüssel ${id}`,
    raw: 'Unterschriebene Notiz, wie sie ist',
    keep: 'In diesem Browser behalten',
    kept: 'Behalten',
    file: 'Als Datei sichern',
    mismatch: 'Der neueste Prüfpunkt widerspricht dem hier behaltenen: er wird nicht behalten.',
  },
  compare: {
    title: 'Mit einem früheren Prüfpunkt vergleichen',
    none: 'In diesem Browser ist kein Prüfpunkt behalten',
    noneHow:
      'Behalten Sie jetzt den neuesten. Wenn Sie wiederkommen, beweist diese Seite von selbst, dass seither nichts umgeschrieben wurde.',
    keptAt: (when: string, size: string) => `Behalten am ${when}, mit ${size} Einträgen.`,
    holds: (when: string) => `Seit Ihrem letzten Besuch am ${when} wurde nichts umgeschrieben.`,
    holdsFile: (name: string) => `Seit dem Prüfpunkt in ${name} wurde nichts umgeschrieben.`,
    grown: (old: string, more: string) =>
      `Das Protokoll beginnt noch mit seinen ersten ${old} Einträgen, und ${more} kamen danach.`,
    fails: (code: string, reason: string) => `Abgelehnt, ${code}: ${reason}`,
    evidence:
      'Behalten Sie beide Prüfpunkte: das Protokoll hat beide unterschrieben, also ist das ein Beweis gegen seinen Betreiber.',
    again: 'Noch einmal vergleichen',
    forget: 'Vergessen',
    fromFile: 'Mit einer Datei vergleichen',
    file: 'Datei mit einem Prüfpunkt',
    fromFileHint:
      'Eine unterschriebene Notiz, wie sie diese Seite oder consilium audit checkpoint save schreibt.',
  },
};
