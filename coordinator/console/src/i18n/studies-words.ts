/** Words of the list of studies. */
import type { Words } from './words.js';

export const studiesEn = {
  title: 'Studies',
  none: 'There is no study yet',
  noneHow:
    'Register a backbone by command, then write the study here step by step, or open a study file.',
  noneOther:
    'You are shown the studies that you created or were assigned to. A study coordinator assigns you.',
  phase: {
    recruiting: 'Recruiting',
    running: 'Running',
    paused: 'Paused',
    completed: 'Completed',
    failed: 'Failed',
  },
  sitesReady: (ready: number, needed: number) => `${ready} of ${needed} sites ready`,
  sitesReadyHint: 'Sites that have joined, of those that the study needs.',
  round: (done: number, total: number) => `round ${done} of ${total}`,
  bestMetric: 'Best balanced accuracy',
  noMetric: 'Nothing measured yet',
  sparkline: (name: string, values: string) => `${name} by round: ${values}`,
  needsYou: 'Needs you',
  readyToStart: 'Enough sites have joined: it can be started.',
  waitingForSites: (missing: number) =>
    missing === 1 ? 'One more site has to join.' : `${missing} more sites have to join.`,
  isWaiting: (sites: string) => `Waiting for ${sites}.`,
  goesOn: 'The round goes on by itself.',
  isPaused: (by: string, reason: string) => `Paused by ${by}: ${reason}`,
  isDone: 'All rounds are done.',
  hasFailed: (reason: string) => `Failed: ${reason}`,
};

export const studiesDe: Words<typeof studiesEn> = {
  title: 'Studien',
  none: 'Es gibt noch keine Studie',
  noneHow:
    'Registrieren Sie ein Backbone mit dem Befehl dafür, dann schreiben Sie die Studie hier Schritt für Schritt oder öffnen eine Studiendatei.',
  noneOther:
    'Gezeigt werden die Studien, die Sie angelegt haben oder denen Sie zugeteilt sind. Das tut eine Studienkoordinatorin.',
  phase: {
    recruiting: 'Sammelt Standorte',
    running: 'Läuft',
    paused: 'Angehalten',
    completed: 'Fertig',
    failed: 'Gescheitert',
  },
  sitesReady: (ready: number, needed: number) => `${ready} von ${needed} Standorten bereit`,
  sitesReadyHint: 'Standorte, die teilnehmen, von denen, die die Studie braucht.',
  round: (done: number, total: number) => `Runde ${done} von ${total}`,
  bestMetric: 'Beste balancierte Genauigkeit',
  noMetric: 'Noch nichts gemessen',
  sparkline: (name: string, values: string) => `${name} je Runde: ${values}`,
  needsYou: 'Braucht Sie',
  readyToStart: 'Genug Standorte nehmen teil: sie kann beginnen.',
  waitingForSites: (missing: number) =>
    missing === 1 ? 'Ein Standort fehlt noch.' : `${missing} Standorte fehlen noch.`,
  isWaiting: (sites: string) => `Wartet auf ${sites}.`,
  goesOn: 'Die Runde läuft von selbst weiter.',
  isPaused: (by: string, reason: string) => `Angehalten von ${by}: ${reason}`,
  isDone: 'Alle Runden sind fertig.',
  hasFailed: (reason: string) => `Gescheitert: ${reason}`,
};
