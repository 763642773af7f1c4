/** The federation that the demo runs: its pictures, its study and its processes, up to the first round. */
import { join, resolve } from 'node:path';
import { demoAdapter } from './demo-adapters.js';
import type { DemoOptions } from './demo-options.js';
import { demoStudyFile } from './demo-study.js';
import type { EventBoard } from './event-board.js';
import { type Federation, startFederation } from './federation.js';
import { drawPictures, type PictureSet, readPictures } from './picture-set.js';
import { runJson } from './program.js';
import type { Display } from './display.js';

const DEFAULT_SITES = 3;

interface DemoPlace {
  /** Everything that is thrown away at the end lies here. */
  readonly scratch: string;
  readonly backboneFolder: string;
  readonly board: EventBoard;
  readonly display: Display;
  /** Set off when the person breaks the demo off. */
  readonly signal: AbortSignal;
}

interface DemoFederation {
  readonly pictures: PictureSet;
  readonly federation: Federation;
}

/** @throws Error with a sentence when a step fails; nothing stays running then. */
export async function startDemoFederation(
  options: DemoOptions,
  { scratch, backboneFolder, board, display, signal }: DemoPlace,
): Promise<DemoFederation> {
  display.stage('prepares the pictures');
  const pictures = await choosePictures(options, join(scratch, 'pictures'));
  display.say(`${pictures.sites.length} sites, ${pictures.rows.length} pictures`);
  const studyFile = demoStudyFile({
    classes: pictures.classes,
    backboneHash: await backboneHash(backboneFolder),
    sites: pictures.sites.length,
    rounds: options.rounds,
    seed: options.seed,
    method: demoAdapter(options.adapter),
    aggregation: options.aggregation,
  });
  display.stage('starts the coordinator and lets the hospitals in');
  const federation = await startFederation({
    folder: scratch,
    sites: pictures.sites,
    dataFolder: pictures.folder,
    ...{ backboneFolder, studyFile, board, signal },
  });
  return { pictures, federation };
}

function choosePictures(options: DemoOptions, folder: string): Promise<PictureSet> {
  return options.data === undefined
    ? drawPictures(folder, options.sites ?? DEFAULT_SITES, options.seed)
    : readPictures(resolve(options.data), options.sites);
}

async function backboneHash(folder: string): Promise<string> {
  return ((await runJson('agent', ['model', 'inspect', folder])) as { hash: string }).hash;
}
