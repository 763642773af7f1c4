/** Hands the figures of a study on to a tracking server: what it has so far, or until the study ends. */
import { setTimeout as pause } from 'node:timers/promises';
import { studyViewSchema, type StudyView } from '@consilium/shared/answers';
import { eventLine, lastLine, type Switches } from '@consilium/shared/command-line';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import { ConsiliumError, parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { MlflowApi } from '../tracking/mlflow/mlflow-api.js';
import { MlflowRun, type TrackedStudy } from '../tracking/mlflow/mlflow-run.js';
import type { Series } from '../tracking/study-series.js';
import type { Api } from './api.js';
import { readSeries } from './curves.js';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { answerOf, show } from './question.js';
import { readSecretLine } from './secret-input.js';
import type { Terminal } from './terminal.js';

const EVERY_SECONDS = '10';
const MOST_SECONDS = 3600;
/** Sites measure the last checkpoint after the study has ended; so many looks without anything new are the end. */
const QUIET_LOOKS = 3;

interface TrackOptions {
  readonly mlflow: string;
  readonly mlflowTokenFile?: string;
  readonly experiment: string;
  readonly follow?: true;
  readonly every: string;
}

/** What one look brought. */
interface Look {
  readonly studyId: StudyId;
  readonly phase: StudyView['phase'];
  readonly experimentId: string;
  readonly runId: string;
  readonly page: string;
  /** Points that the run did not hold before. */
  readonly sent: number;
}

export function addTrack(study: Command, terminal: Terminal, switches: Switches): void {
  const command = study
    .command('track <study>')
    .description('send the figures of a study to MLflow; again, it sends what is missing')
    .requiredOption('--mlflow <url>', 'address of the MLflow tracking server')
    .option('--mlflow-token-file <file>', 'a token, or name:password, for that server')
    .option('--experiment <name>', 'of MLflow; made where there is none', 'consilium')
    .option('--follow', 'go on until the study has ended')
    .option('--every <seconds>', 'how often --follow looks', EVERY_SECONDS)
    .option('--jsonl', 'with --follow, print one JSON object a line; the last has terminal: true')
    .action(async (id: string, options: TrackOptions) => {
      const studyId = parseStudyId(id);
      const everyMs = millisecondsOf(options.every);
      const source = { api: await openApi(command, terminal), studyId };
      const target = await targetOf(options, terminal);
      const tell = (look: Look): void => {
        if (switches.jsonl) {
          terminal.print(eventLine(look));
        } else if (!switches.json && look.sent > 0) {
          terminal.print(`${sentenceOf(look)}\n`);
        }
      };
      const last = options.follow
        ? await follow(source, target, { everyMs, tell })
        : await lookOnce(source, await openRun(source, target));
      if (switches.jsonl) {
        terminal.print(lastLine(last));
      } else {
        show(command, terminal, answerOf(last), () => `${sentenceOf(last)}\n${last.page}\n`);
      }
    });
}

interface Source {
  readonly api: Api;
  readonly studyId: StudyId;
}

type Target = Parameters<typeof MlflowRun.open>[0];

async function targetOf(options: TrackOptions, { signal }: Terminal): Promise<Target> {
  const { mlflow: url, mlflowTokenFile: file, experiment } = options;
  const authorization =
    file === undefined ? undefined : authorizationOf(await readSecretLine(file));
  return {
    api: new MlflowApi({ url, authorization, signal }),
    experiment,
    pause: (ms) => pauseFor(ms, signal),
  };
}

/** A bearer token (RFC 6750) holds no colon, a name and password (RFC 7617) are joined by one. */
function authorizationOf(line: string): string {
  return line.includes(':') ? `Basic ${toBase64(utf8(line))}` : `Bearer ${line}`;
}

interface Following {
  readonly everyMs: number;
  readonly tell: (look: Look) => void;
}

/** @returns the last look, which has not been told. */
async function follow(source: Source, target: Target, { everyMs, tell }: Following): Promise<Look> {
  const run = await openRun(source, target);
  for (let quiet = 0, sent = 0; ;) {
    const look = await lookOnce(source, run);
    sent += look.sent;
    quiet = look.sent > 0 || !hasEnded(look) ? 0 : quiet + 1;
    if (quiet === QUIET_LOOKS) {
      const last = await lookOnce(source, run, true);
      return { ...last, sent: sent + last.sent };
    }
    if (look.sent > 0) {
      tell(look);
    }
    await target.pause(everyMs);
  }
}

async function openRun({ api, studyId }: Source, target: Target): Promise<MlflowRun> {
  const study = await readStudy(api, studyId);
  const { series } = await readSeries(api, studyId);
  return MlflowRun.open(target, trackedOf(study, series));
}

/** @param isLast whether what may still change is sent as it is */
async function lookOnce({ api, studyId }: Source, run: MlflowRun, isLast = false): Promise<Look> {
  // The study before its figures: whatever ended it is among them then.
  const { phase } = await readStudy(api, studyId);
  const { series, settled } = await readSeries(api, studyId);
  const sent = await run.send(isLast ? series : settled);
  if (phase === 'completed' || phase === 'failed') {
    await run.end(phase === 'completed' ? 'FINISHED' : 'FAILED', lastMomentOf(series));
  }
  const { experimentId, runId, page } = run;
  return { studyId, phase, experimentId, runId, page, sent };
}

function hasEnded({ phase }: Look): boolean {
  return phase === 'completed' || phase === 'failed';
}

async function readStudy(api: Api, studyId: StudyId): Promise<StudyView> {
  return parsed(studyViewSchema, await api.get(`v1/studies/${studyId}`));
}

function trackedOf(study: StudyView, series: readonly Series[]): TrackedStudy {
  const { studyId, title, protocolHash, backboneHash, minSites, rounds, security } = study;
  return {
    studyId,
    protocolHash,
    startedAtMs: momentsOf(series).reduce((first, atMs) => Math.min(first, atMs), Date.now()),
    params: {
      ...{ title, protocol_hash: protocolHash, backbone_hash: backboneHash },
      ...{ min_sites: `${minSites}`, rounds: `${rounds.total}`, aggregation: security.kind },
    },
  };
}

function momentsOf(series: readonly Series[]): readonly number[] {
  return series.flatMap(({ points }) => points.map(({ atMs }) => atMs)).filter((atMs) => atMs > 0);
}

function lastMomentOf(series: readonly Series[]): number {
  return momentsOf(series).reduce((last, atMs) => Math.max(last, atMs), 0);
}

function sentenceOf({ studyId, phase, sent, runId }: Look): string {
  return `${studyId} (${phase}): ${sent} points sent to run ${runId}`;
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(ms, undefined, { ...(signal === undefined ? {} : { signal }) });
}

function millisecondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
    throw new ConsiliumError('bad-request', `--every: expected 1 to ${MOST_SECONDS}, got ${text}`);
  }
  return seconds * 1000;
}
