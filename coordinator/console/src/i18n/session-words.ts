/** Words about the session of the browser. */
import type { Words } from './words.js';

export const sessionEn = {
  ends: (time: string) => `Signed in until ${time} unless you do something.`,
  endsSoon: (time: string) =>
    `Nobody has done anything here for a while: you are signed out at ${time}.`,
  endsForGood: (time: string) =>
    `Twelve hours are over at ${time}: then you have to sign in again.`,
  left: (duration: string) => `in ${duration}`,
  stay: 'Stay signed in',
  signInAgain: 'Sign in again',
};

export const sessionDe: Words<typeof sessionEn> = {
  ends: (time: string) => `Angemeldet bis ${time}, wenn Sie nichts tun.`,
  endsSoon: (time: string) =>
    `Hier hat eine Weile niemand etwas getan: um ${time} werden Sie abgemeldet.`,
  endsForGood: (time: string) =>
    `Um ${time} sind zwölf Stunden um: dann müssen Sie sich neu anmelden.`,
  left: (duration: string) => `in ${duration}`,
  stay: 'Angemeldet bleiben',
  signInAgain: 'Neu anmelden',
};
