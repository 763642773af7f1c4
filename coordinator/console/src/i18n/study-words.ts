/** Words of the page of one study. */
import type { Words } from './words.js';

export const studyEn = {
  tabs: {
    live: 'Live',
    timeline: 'Timeline',
    curves: 'Curves',
    heat: 'Sites by round',
    adapters: 'Adapters',
  },
  tabsLabel: 'Views of this study',
  attempt: (no: number) => `attempt ${no}`,
  phase: {
    advertising: 'Inviting sites to the round',
    sharing: 'Sites deal shares of their secrets',
    collecting: 'Sites train and send their updates',
    sealing: 'The survivors are fixed',
    unmasking: 'Masks come off the sum',
    voting: 'Sites vote on the candidate',
    committed: 'Round done',
    aborted: 'Attempt aborted',
  },
  deadline: (left: string) => `Deadline ${left}`,
  noDeadline: 'No deadline: it goes on or an operator abandons it',
  ring: (returned: number, cohort: number) => `${returned} of ${cohort} sites returned an update`,
  ringShort: 'returned',
  waiting: {
    title: 'Who is being waited for',
    nobody: 'Nobody: the coordinator itself is at work.',
    none: 'No round is open.',
    advertising: (sites: string) => `${sites} has to say that it takes part.`,
    sharing: (sites: string) => `${sites} has to deal its shares.`,
    collecting: (sites: string) => `${sites} is training or sending its update.`,
    sealing: (sites: string) => `${sites} has to endorse the list of survivors.`,
    unmasking: (sites: string) => `${sites} has to answer so that the masks come off.`,
    voting: (sites: string) => `${sites} has to vote on the candidate.`,
    since: (ago: string) => `In this phase for ${ago}.`,
    needed: (needed: number, cohort: number) =>
      `It goes on as soon as ${needed} of ${cohort} sites are there and the deadline passes, or all have answered.`,
  },
  sites: {
    title: 'Sites',
    none: 'No site has joined yet',
    noneHow: 'A hospital enrols, approves this study on its own machine, and appears here.',
    connected: 'connected',
    notConnected: 'not connected',
    unknown: 'connection unknown',
    pictures: (used: number, skipped: number) =>
      skipped === 0 ? `${used} pictures` : `${used} pictures, ${skipped} skipped`,
    left: 'has left the study',
    declined: (code: string) => `declined: ${code}`,
    trained: (time: string, bytes: string) => `trained ${time}, sent ${bytes}`,
    idle: 'ready for the next round',
    state: {
      invited: 'has not answered yet',
      advertised: 'takes part, trains',
      shared: 'has dealt its shares, trains',
      updated: 'update received',
      declined: 'sits this round out',
      refused: 'update refused',
      left: 'left during the round',
      survivor: 'its update counts',
      dropped: 'dropped out',
    },
    refusedShares: (dealer: string) => `declined the shares of ${dealer}`,
  },
  activity: { title: 'Activity', none: 'Nothing has happened yet.' },
  start: {
    button: 'Start the study',
    explain: 'Fixes who takes part and opens the first round.',
    few: (missing: number) => `${missing} more sites have to join first.`,
  },
  abandon: {
    button: 'Abandon this attempt',
    title: 'Abandon this attempt',
    explain: (roundNo: number, attemptNo: number) =>
      `The updates of round ${roundNo}, attempt ${attemptNo} are thrown away and the round is tried again. The reason stands in the log for ever.`,
    over: 'The attempt has ended by itself, and no other one is open at the moment.',
    confirm: 'Abandon',
  },
  why: { label: 'Reason', explain: 'Say why: whoever reads the log later wants to know.' },
  course: {
    title: 'Course of the study',
    running: 'It goes on by itself, round after round.',
    paused: 'No attempt is opened until it is resumed; one that is under way goes on to its end.',
    pause: {
      button: 'Pause',
      title: 'Pause the study',
      explain:
        'No further attempt is opened until somebody resumes it. The attempt under way goes on to its end; abandon it if it has to go. The reason stands in the log for ever.',
      confirm: 'Pause',
    },
    resume: {
      button: 'Resume',
      title: 'Resume the study',
      explain: 'The next attempt opens at once, unless one is under way.',
      confirm: 'Resume',
    },
    stop: {
      button: 'Stop for good',
      title: 'Stop the study for good',
      explain:
        'The study ends, and with it the attempt that is under way. What its rounds made so far stays, and so does the log. Nobody can start it again.',
      confirm: 'Stop for good',
    },
  },
  protocol: {
    title: 'Study protocol',
    hash: 'Protocol',
    backbone: 'Backbone',
    adapter: 'Newest adapter checkpoint',
    explain: 'Each site approves exactly this hash before it takes part.',
    protects: 'What the aggregation protects against',
  },
  groups: {
    title: 'Groups of sites that are summed on their own',
    named: (no: number, sites: string) => `Group ${no}: ${sites}`,
    today: 'As the members of today are cut; a round keeps the groups with which it began.',
    few: 'Who is in which group follows from the members, once there are enough of them.',
    returned: (no: number, there: number, of: number) =>
      `Group ${no}: ${there} of ${of} sites returned an update`,
    leftOut: (minSites: number) => `fewer than ${minSites}: left out of the sums`,
    shows:
      'The coordinator, the sites and whoever gets the bundle see the sum of each group, and the update of no single site.',
    compared:
      'Not promised: where sites drop out, come or go, the sums of a group in different rounds may be compared.',
  },
  protection: {
    plain: 'The coordinator can read single updates while it sums them.',
    sum: (least: number, colluders: number) =>
      `The coordinator learns the weighted sum of at least ${least} sites and no single update, even if it lies in every message and has ${colluders === 1 ? 'one site that works' : `${colluders} sites that work`} with it.`,
    evidence:
      'A coordinator that swaps a key, adds a site, shows different lists to different sites or asks for both secrets of a site is refused by the sites, and leaves signed evidence.',
    dropouts: (required: number, sites: number, tolerated: number) =>
      tolerated === 0
        ? `An attempt waits for all ${sites} sites: it tolerates no dropout.`
        : `An attempt needs ${required} of ${sites} sites from first to last: ${tolerated} may drop out.`,
    threshold: (threshold: number) =>
      `${threshold} sites must endorse the list of survivors and answer before the sum can be read.`,
    members:
      'Each hospital has compared the fingerprint of the coordinator and approves the members of the study itself.',
    limitColluders:
      'Not promised: more colluding sites than assumed can open single updates together with the coordinator.',
    limitPoison:
      'Not promised: a site that sends a wrong update spoils the sum, and nobody sees which one did.',
    limitSum:
      'Not promised: the sum and the adapter made of it are public in the study and can tell something about the pictures.',
  },
};

export const studyDe: Words<typeof studyEn> = {
  tabs: {
    live: 'Live',
    timeline: 'Zeitleiste',
    curves: 'Kurven',
    heat: 'Standorte je Runde',
    adapters: 'Adapter',
  },
  tabsLabel: 'Ansichten dieser Studie',
  attempt: (no: number) => `Versuch ${no}`,
  phase: {
    advertising: 'Standorte werden zur Runde eingeladen',
    sharing: 'Standorte verteilen Anteile ihrer Geheimnisse',
    collecting: 'Standorte trainieren und senden ihre Updates',
    sealing: 'Die Verbliebenen werden festgehalten',
    unmasking: 'Die Masken werden von der Summe genommen',
    voting: 'Standorte stimmen über den Kandidaten ab',
    committed: 'Runde fertig',
    aborted: 'Versuch abgebrochen',
  },
  deadline: (left: string) => `Frist ${left}`,
  noDeadline: 'Ohne Frist: es geht weiter, oder jemand bricht ab',
  ring: (returned: number, cohort: number) =>
    `${returned} von ${cohort} Standorten haben ein Update gesandt`,
  ringShort: 'zurück',
  waiting: {
    title: 'Auf wen gewartet wird',
    nobody: 'Auf niemanden: der Koordinator ist selbst bei der Arbeit.',
    none: 'Keine Runde ist offen.',
    advertising: (sites: string) => `${sites} muss zusagen.`,
    sharing: (sites: string) => `${sites} muss Anteile verteilen.`,
    collecting: (sites: string) => `${sites} trainiert oder sendet das Update.`,
    sealing: (sites: string) => `${sites} muss die Liste der Verbliebenen bestätigen.`,
    unmasking: (sites: string) => `${sites} muss antworten, damit die Masken fallen.`,
    voting: (sites: string) => `${sites} muss über den Kandidaten abstimmen.`,
    since: (ago: string) => `Seit ${ago} in dieser Phase.`,
    needed: (needed: number, cohort: number) =>
      `Es geht weiter, sobald ${needed} von ${cohort} Standorten da sind und die Frist abläuft, oder alle geantwortet haben.`,
  },
  sites: {
    title: 'Standorte',
    none: 'Noch nimmt kein Standort teil',
    noneHow:
      'Ein Krankenhaus meldet sich an, billigt diese Studie auf seiner Maschine und erscheint hier.',
    connected: 'verbunden',
    notConnected: 'nicht verbunden',
    unknown: 'Verbindung unbekannt',
    pictures: (used: number, skipped: number) =>
      skipped === 0 ? `${used} Bilder` : `${used} Bilder, ${skipped} übergangen`,
    left: 'hat die Studie verlassen',
    declined: (code: string) => `abgelehnt: ${code}`,
    trained: (time: string, bytes: string) => `${time} trainiert, ${bytes} gesandt`,
    idle: 'bereit für die nächste Runde',
    state: {
      invited: 'hat noch nicht geantwortet',
      advertised: 'nimmt teil, trainiert',
      shared: 'hat Anteile verteilt, trainiert',
      updated: 'Update angekommen',
      declined: 'setzt diese Runde aus',
      refused: 'Update zurückgewiesen',
      left: 'während der Runde gegangen',
      survivor: 'sein Update zählt',
      dropped: 'ausgefallen',
    },
    refusedShares: (dealer: string) => `hat die Anteile von ${dealer} zurückgewiesen`,
  },
  activity: { title: 'Verlauf', none: 'Noch ist nichts geschehen.' },
  start: {
    button: 'Studie beginnen',
    explain: 'Hält fest, wer teilnimmt, und öffnet die erste Runde.',
    few: (missing: number) => `Erst müssen noch ${missing} Standorte teilnehmen.`,
  },
  abandon: {
    button: 'Diesen Versuch abbrechen',
    title: 'Diesen Versuch abbrechen',
    explain: (roundNo: number, attemptNo: number) =>
      `Die Updates von Runde ${roundNo}, Versuch ${attemptNo} werden verworfen, die Runde wird neu versucht. Der Grund steht für immer im Protokoll.`,
    over: 'Der Versuch ist von selbst zu Ende gegangen, und im Augenblick ist kein anderer offen.',
    confirm: 'Abbrechen',
  },
  why: {
    label: 'Grund',
    explain: 'Sagen Sie, warum: wer später das Protokoll liest, will es wissen.',
  },
  course: {
    title: 'Gang der Studie',
    running: 'Sie läuft von selbst weiter, Runde für Runde.',
    paused:
      'Kein Versuch wird geöffnet, bis sie fortgesetzt wird; einer, der läuft, geht bis zu seinem Ende.',
    pause: {
      button: 'Anhalten',
      title: 'Studie anhalten',
      explain:
        'Kein weiterer Versuch wird geöffnet, bis jemand sie fortsetzt. Der laufende Versuch geht bis zu seinem Ende; brechen Sie ihn ab, wenn er weg muss. Der Grund steht für immer im Protokoll.',
      confirm: 'Anhalten',
    },
    resume: {
      button: 'Fortsetzen',
      title: 'Studie fortsetzen',
      explain: 'Der nächste Versuch öffnet sich sofort, außer es läuft einer.',
      confirm: 'Fortsetzen',
    },
    stop: {
      button: 'Endgültig beenden',
      title: 'Studie endgültig beenden',
      explain:
        'Die Studie endet, und mit ihr der laufende Versuch. Was ihre Runden bisher ergeben haben, bleibt, und das Protokoll auch. Niemand kann sie wieder beginnen.',
      confirm: 'Endgültig beenden',
    },
  },
  protocol: {
    title: 'Studienprotokoll',
    hash: 'Protokoll',
    backbone: 'Backbone',
    adapter: 'Neuester Adapterstand',
    explain: 'Jeder Standort billigt genau diesen Hash, bevor er teilnimmt.',
    protects: 'Wovor die Aggregation schützt',
  },
  groups: {
    title: 'Gruppen von Standorten, die für sich summiert werden',
    named: (no: number, sites: string) => `Gruppe ${no}: ${sites}`,
    today:
      'So sind die Mitglieder von heute aufgeteilt; eine Runde behält die Gruppen, mit denen sie begann.',
    few: 'Wer in welcher Gruppe ist, ergibt sich aus den Mitgliedern, sobald es genug sind.',
    returned: (no: number, there: number, of: number) =>
      `Gruppe ${no}: ${there} von ${of} Standorten haben ein Update gesendet`,
    leftOut: (minSites: number) => `weniger als ${minSites}: in keiner Summe`,
    shows:
      'Koordinator, Standorte und wer das Bündel bekommt, sehen die Summe jeder Gruppe und das Update keines einzelnen Standorts.',
    compared:
      'Nicht versprochen: wo Standorte ausfallen, kommen oder gehen, lassen sich die Summen einer Gruppe aus verschiedenen Runden vergleichen.',
  },
  protection: {
    plain: 'Der Koordinator kann einzelne Updates lesen, während er sie summiert.',
    sum: (least: number, colluders: number) =>
      `Der Koordinator erfährt die gewichtete Summe von mindestens ${least} Standorten und kein einzelnes Update, selbst wenn er in jeder Nachricht lügt und ${colluders === 1 ? 'ein Standort' : `${colluders} Standorte`} mit ihm arbeiten.`,
    evidence:
      'Ein Koordinator, der einen Schlüssel tauscht, einen Standort hinzufügt, verschiedene Listen zeigt oder beide Geheimnisse eines Standorts verlangt, wird von den Standorten abgewiesen und hinterlässt unterschriebene Belege.',
    dropouts: (required: number, sites: number, tolerated: number) =>
      tolerated === 0
        ? `Ein Versuch wartet auf alle ${sites} Standorte: keiner darf ausfallen.`
        : `Ein Versuch braucht ${required} von ${sites} Standorten von Anfang bis Ende: ${tolerated} dürfen ausfallen.`,
    threshold: (threshold: number) =>
      `${threshold} Standorte müssen die Liste der Verbliebenen bestätigen und antworten, bevor die Summe lesbar ist.`,
    members:
      'Jedes Krankenhaus hat den Fingerabdruck des Koordinators verglichen und billigt die Mitglieder der Studie selbst.',
    limitColluders:
      'Nicht versprochen: mehr verbündete Standorte als angenommen können zusammen mit dem Koordinator einzelne Updates öffnen.',
    limitPoison:
      'Nicht versprochen: ein Standort, der ein falsches Update sendet, verdirbt die Summe, und niemand sieht welcher.',
    limitSum:
      'Nicht versprochen: Summe und Adapter sind in der Studie öffentlich und können etwas über die Bilder verraten.',
  },
};
