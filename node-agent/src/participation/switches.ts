/** Pause, resume and withdraw: files of the home folder, which a running agent takes up at once and which need no coordinator. */
import { ConsiliumError, isConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { lockHome } from '../config/home-lock.js';
import type { Home } from '../config/home.js';
import {
  paused,
  readControl,
  resumed,
  withdrawnFrom,
  writeControl,
  type Control,
  type Pause,
} from '../policy/control.js';
import { readJournal } from './journal.js';
import { eraseCopies } from './withdrawal.js';

/** @throws ConsiliumError 'bad-encoding', as the two below */
export function pauseSite(home: Home, pause: Pause): Promise<Control> {
  return turn(home, (control) => paused(control, pause));
}

export function resumeSite(home: Home): Promise<Control> {
  return turn(home, resumed);
}

/** Local copies go now if no agent runs, else the running one deletes them. */
export async function withdrawSite(home: Home, studyId: StudyId): Promise<Control> {
  const control = await turn(home, (before) => withdrawnFrom(before, studyId));
  await eraseUnlessRunning(home, studyId);
  return control;
}

/** @throws ConsiliumError 'not-found' for a study that nobody offered to this site */
export function requireKnownStudy(home: Home, study: string): StudyId {
  const { studies } = readJournal(home.journalFolder).state;
  const known = Object.values(studies).find(({ studyId }) => studyId === study);
  if (known === undefined) {
    throw new ConsiliumError('not-found', `no study ${study} was offered to this site`);
  }
  return known.studyId;
}

async function turn(home: Home, change: (control: Control) => Control): Promise<Control> {
  const control = change(await readControl(home));
  await writeControl(home, control);
  return control;
}

async function eraseUnlessRunning(home: Home, study: StudyId): Promise<void> {
  let unlock: () => Promise<void>;
  try {
    unlock = await lockHome(home);
  } catch (error) {
    if (isConsiliumError(error) && error.code === 'conflict') {
      return;
    }
    throw error;
  }
  try {
    await eraseCopies(home, study);
  } finally {
    await unlock();
  }
}
