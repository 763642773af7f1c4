/** What this site says of itself for people to look at: engine, data sets, what the hospital does not allow. docs/protocol/v1.md section 6. */
import type { DataSetState, SiteReport } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import type { AgentState, StudyState } from './agent-state.js';
import type { DatasetNote } from './dataset-note.js';

export interface ReportSources {
  readonly studies: AgentState['studies'];
  /** The last check of each study's data set. */
  readonly notes: ReadonlyMap<StudyId, DatasetNote>;
  /** The studies that agent.yaml names. */
  readonly named: ReadonlySet<StudyId>;
  readonly isPaused: boolean;
  /** Of the hospital's policy: no count from 1 to one below it leaves. */
  readonly minCell: number;
}

/** As many as a report holds; the newest studies. */
const MOST_STUDIES = 1000;

export function siteReport(sources: ReportSources): SiteReport {
  const engine = newestEngine([...sources.notes.values()]);
  return {
    v: 1,
    ...(engine === undefined ? {} : { engine }),
    paused: sources.isPaused,
    studies: Object.values(sources.studies)
      .slice(-MOST_STUDIES)
      .map((state) => ({
        studyId: state.studyId,
        ...standingOf(state),
        dataSet: dataSetOf(state.studyId, sources),
      })),
  };
}

type Standing = Pick<SiteReport['studies'][number], 'standing' | 'refusal'>;

function standingOf({ withdrawn, halted, end, join, joinAnswer, attempts }: StudyState): Standing {
  if (withdrawn !== undefined) {
    return { standing: 'withdrawn' };
  }
  if (halted !== undefined) {
    return { standing: 'halted', refusal: halted };
  }
  if (end !== undefined) {
    return { standing: 'over' };
  }
  const decision = join?.body.decision;
  if (decision?.kind === 'decline') {
    return { standing: 'declined', refusal: decision.code };
  }
  const refusal = attempts.findLast(({ decline }) => decline !== undefined)?.decline?.body.code;
  return joinAnswer === 'accepted'
    ? { standing: 'joined', ...(refusal === undefined ? {} : { refusal }) }
    : { standing: 'offered' };
}

function dataSetOf(studyId: StudyId, { notes, named, minCell }: ReportSources): DataSetState {
  if (!named.has(studyId)) {
    return { state: 'none' };
  }
  const note = notes.get(studyId);
  if (note === undefined) {
    return { state: 'unchecked' };
  }
  const { used, skipped } = note.report;
  return {
    // A trainer that takes the data set says with which engine; one that refuses it says nothing.
    state: note.engine === undefined ? 'unusable' : 'usable',
    checkedAtMs: note.checkedAtMs,
    ...(mayTell(used, minCell) ? { used } : {}),
    ...(mayTell(skipped, minCell) ? { skipped } : {}),
  };
}

function mayTell(count: number, minCell: number): boolean {
  return count === 0 || count >= minCell;
}

function newestEngine(notes: readonly DatasetNote[]): SiteReport['engine'] {
  const newest = notes
    .filter(({ engine }) => engine !== undefined)
    .toSorted((a, b) => b.checkedAtMs - a.checkedAtMs)[0]?.engine;
  if (newest === undefined) {
    return undefined;
  }
  const { backend, version, device } = newest;
  return { backend, version, device };
}
