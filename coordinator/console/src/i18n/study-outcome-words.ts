/** Words for what a new study comes to: what it protects against, what it costs, what happens next. */
import type { Words } from './words.js';

export const studyOutcomeEn = {
  checking: 'The coordinator looks the study over …',
  faults: {
    title: 'What is still wrong',
    whole: 'the whole file',
    go: (step: string) => `Go to “${step}”`,
  },
  security: {
    title: 'What it protects against',
    none: 'Say how many sites there are at least, and it stands here.',
    protects: 'Protects against',
    needs: 'Needs',
    doesNotPromise: 'Does not promise',
    table: 'By the number of sites that take part',
    sites: 'Sites',
    dropouts: 'May drop out in an attempt',
    needed: 'Needed throughout',
    refused: 'refused',
    plain: 'whoever is there at the end counts',
    groupsMedian:
      'The adapter is made of the median of the groups: each parameter stays between those of the good groups while fewer than half of the groups have a bad site.',
    groupsTrimmed: (trim: number) =>
      `The adapter is made of the trimmed mean of the groups: each parameter stays between those of the good groups while no more than ${trim} of them ${trim === 1 ? 'has' : 'have'} a bad site.`,
    groupsNeed: (fewest: number, minSites: number) =>
      `At least ${fewest} groups must be left, with ${minSites} sites each; a group with fewer is left out.`,
    groupsLimit: 'The sum of each group is seen, of fewer sites than one sum of all.',
    limitColluders:
      'More colluding sites than assumed can open single updates together with the coordinator.',
    limitSum:
      'The sum and the adapter made of it are public in the study and can tell something about the pictures.',
    limitPoison: 'A site that sends a wrong update spoils the sum, and nobody sees which one did.',
    counts: 'How many training pictures each site has, and whether it took part, is not hidden.',
    service: 'A coordinator that does not want a round to succeed can stop it.',
  },
  cost: {
    title: 'What it costs each hospital',
    pictures: 'Pictures of a hospital',
    machine: 'Its machine',
    machines: {
      small: 'Processor, 2 cores (as measured)',
      large: 'Processor, 16 cores (estimated)',
      gpu: 'Graphics card (estimated)',
    },
    parameters: 'Trained parameters',
    sent: 'Sent a round',
    fetched: 'Fetched a round',
    total: (rounds: number) => `Both, in ${rounds} rounds`,
    first: 'Before the first round, once',
    round: 'Training a round',
    hours: 'All rounds',
    note: 'Estimated from the numbers of matrix products and of parameters; reading pictures, waiting for others and the network come on top.',
    nothing: 'next to nothing',
  },
  protocol: {
    title: 'The study protocol',
    explain:
      'Exactly these bytes are hashed, and exactly this hash is what each hospital approves.',
    hash: 'Hash',
    same: 'This browser hashed the document itself and came to the same.',
    differs: 'This browser hashed the document itself and came to another hash. Do not go on.',
    show: 'Read it',
    hide: 'Hide it',
    document: 'The study protocol, indented for reading',
    save: 'Save the canonical document',
  },
  file: {
    title: 'The study file',
    yaml: 'Save as YAML',
    json: 'Save as JSON',
    command: 'The same by command',
  },
  create: {
    button: 'Create the study',
    explain:
      'It is offered at once to every site that it names and that is let in. Nothing of it can be changed afterwards.',
  },
  next: {
    title: 'The study is there',
    same: 'The coordinator made of it exactly the protocol that you looked over.',
    differs: (hash: string) =>
      `The coordinator made another protocol of it than you looked over, which was ${hash}. Do not go on.`,
    sites: 'Sites',
    offered: 'was offered the study and has to approve it',
    joined: 'has joined',
    declined: 'has declined',
    waits: 'has enrolled, waits to be let in, and is offered the study then',
    missing: 'has not enrolled yet',
    gone: 'may not take part any more',
    nobody: 'No site is let in yet: invite the first one.',
    happens: 'What happens next',
    steps: {
      approve: 'Each hospital looks at the protocol and approves it on its own machine:',
      start: (minSites: number) =>
        `Once ${minSites} sites have joined, you start the study on its page.`,
      rounds: 'From then on the rounds go by themselves; the page shows who is being waited for.',
    },
    toStudy: 'To the study',
  },
};

export const studyOutcomeDe: Words<typeof studyOutcomeEn> = {
  checking: 'Der Koordinator sieht die Studie durch …',
  faults: {
    title: 'Was noch nicht stimmt',
    whole: 'die ganze Datei',
    go: (step: string) => `Zu „${step}“`,
  },
  security: {
    title: 'Wovor sie schützt',
    none: 'Sagen Sie, wie viele Standorte es mindestens sind, dann steht es hier.',
    protects: 'Schützt davor',
    needs: 'Braucht',
    doesNotPromise: 'Verspricht nicht',
    table: 'Nach der Zahl der Standorte, die teilnehmen',
    sites: 'Standorte',
    dropouts: 'Dürfen in einem Versuch ausfallen',
    needed: 'Durchgehend nötig',
    refused: 'verweigert',
    plain: 'es zählt, wer am Ende da ist',
    groupsMedian:
      'Der Adapter entsteht aus dem Median der Gruppen: jeder Parameter bleibt zwischen denen der guten Gruppen, solange weniger als die Hälfte der Gruppen einen schlechten Standort hat.',
    groupsTrimmed: (trim: number) =>
      `Der Adapter entsteht aus dem gestutzten Mittel der Gruppen: jeder Parameter bleibt zwischen denen der guten Gruppen, solange höchstens ${trim} davon einen schlechten Standort ${trim === 1 ? 'hat' : 'haben'}.`,
    groupsNeed: (fewest: number, minSites: number) =>
      `Mindestens ${fewest} Gruppen müssen bleiben, mit je ${minSites} Standorten; eine Gruppe mit weniger wird ausgelassen.`,
    groupsLimit:
      'Die Summe jeder Gruppe ist zu sehen, von weniger Standorten als eine Summe aller.',
    limitColluders:
      'Mehr verbündete Standorte als angenommen können zusammen mit dem Koordinator einzelne Updates öffnen.',
    limitSum:
      'Summe und Adapter sind in der Studie öffentlich und können etwas über die Bilder verraten.',
    limitPoison:
      'Ein Standort, der ein falsches Update sendet, verdirbt die Summe, und niemand sieht welcher.',
    counts: 'Wie viele Trainingsbilder ein Standort hat und ob er teilnahm, ist nicht verborgen.',
    service: 'Ein Koordinator, der eine Runde nicht gelingen lassen will, kann sie aufhalten.',
  },
  cost: {
    title: 'Was sie jedes Krankenhaus kostet',
    pictures: 'Bilder eines Krankenhauses',
    machine: 'Seine Maschine',
    machines: {
      small: 'Prozessor, 2 Kerne (wie gemessen)',
      large: 'Prozessor, 16 Kerne (geschätzt)',
      gpu: 'Grafikkarte (geschätzt)',
    },
    parameters: 'Trainierte Parameter',
    sent: 'Gesandt je Runde',
    fetched: 'Geholt je Runde',
    total: (rounds: number) => `Beides, in ${rounds} Runden`,
    first: 'Vor der ersten Runde, einmal',
    round: 'Training je Runde',
    hours: 'Alle Runden',
    note: 'Geschätzt aus der Zahl der Matrixprodukte und der Parameter; Bilder lesen, auf andere warten und das Netz kommen dazu.',
    nothing: 'fast nichts',
  },
  protocol: {
    title: 'Das Studienprotokoll',
    explain: 'Genau diese Bytes werden gehasht, und genau diesen Hash billigt jedes Krankenhaus.',
    hash: 'Hash',
    same: 'Dieser Browser hat das Dokument selbst gehasht und kam auf dasselbe.',
    differs:
      'Dieser Browser hat das Dokument selbst gehasht und kam auf einen anderen Hash. Machen Sie nicht weiter.',
    show: 'Lesen',
    hide: 'Verbergen',
    document: 'Das Studienprotokoll, zum Lesen eingerückt',
    save: 'Kanonisches Dokument sichern',
  },
  file: {
    title: 'Die Studiendatei',
    yaml: 'Als YAML sichern',
    json: 'Als JSON sichern',
    command: 'Dasselbe als Befehl',
  },
  create: {
    button: 'Studie anlegen',
    explain:
      'Sie wird sofort jedem Standort angeboten, den sie nennt und der zugelassen ist. Danach ist nichts mehr an ihr zu ändern.',
  },
  next: {
    title: 'Die Studie ist da',
    same: 'Der Koordinator hat genau das Protokoll daraus gemacht, das Sie durchgesehen haben.',
    differs: (hash: string) =>
      `Der Koordinator hat ein anderes Protokoll daraus gemacht als das durchgesehene, ${hash}. Machen Sie nicht weiter.`,
    sites: 'Standorte',
    offered: 'hat die Studie angeboten bekommen und muss sie billigen',
    joined: 'nimmt teil',
    declined: 'hat abgelehnt',
    waits: 'ist angemeldet, wartet auf Zulassung und bekommt die Studie dann angeboten',
    missing: 'ist noch nicht angemeldet',
    gone: 'darf nicht mehr teilnehmen',
    nobody: 'Noch ist kein Standort zugelassen: laden Sie den ersten ein.',
    happens: 'Was nun geschieht',
    steps: {
      approve: 'Jedes Krankenhaus sieht das Protokoll an und billigt es auf seiner Maschine:',
      start: (minSites: number) =>
        `Sobald ${minSites} Standorte teilnehmen, beginnen Sie die Studie auf ihrer Seite.`,
      rounds: 'Von da an laufen die Runden von selbst; die Seite zeigt, auf wen gewartet wird.',
    },
    toStudy: 'Zur Studie',
  },
};
