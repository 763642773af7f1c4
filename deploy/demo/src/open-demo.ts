/** `npm run demo -- --open`: the federation stays, with its pages open for a person to look at, until the person ends it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Display } from './display.js';
import { startDemoFederation } from './demo-federation.js';
import type { DemoOptions } from './demo-options.js';
import { EventBoard } from './event-board.js';
import { agentHome, STUDY_COORDINATOR, type Federation } from './federation.js';
import { runCommand, runJson } from './program.js';

/** Long enough that there is a round to look at for the first quarter of an hour. */
export const OPEN_ROUNDS = 200;

/** What a person types or opens to get in; each works once. */
export interface OpenPages {
  readonly console: { readonly url: string; readonly signIn: string; readonly minutes: number };
  readonly agentPage: {
    readonly site: string;
    readonly url: string;
    readonly oneTimeLogin: string;
    readonly minutes: number;
  };
}

interface Visitor {
  readonly display: Display;
  /** Shows the pages, at the start and whenever new logins were asked for. */
  readonly show: (pages: OpenPages) => void;
  /** Calls back whenever the person asks for new logins. */
  readonly onAsked: (renew: () => void) => void;
  /** Set off when the person ends it. */
  readonly signal: AbortSignal;
}

/** Settles when the person has ended it and every process is gone. @throws Error when a process ends by itself. */
export async function openDemo(
  options: DemoOptions,
  shippedBackbone: string,
  { display, show, onAsked, signal }: Visitor,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'consilium-demo-'));
  const report = new Report(display);
  let federation: Federation | undefined;
  try {
    const started = await startDemoFederation(
      { ...options, rounds: options.rounds ?? OPEN_ROUNDS },
      {
        ...{ scratch, display, signal },
        backboneFolder: resolve(options.backbone ?? shippedBackbone),
        board: new EventBoard(report.take),
      },
    );
    ({ federation } = started);
    const site = started.pictures.sites[0] ?? '';
    const running = federation;
    const pages = await makeLogins(running, scratch, site);
    report.follow(site);
    show(pages);
    onAsked(() => {
      void makeLogins(running, scratch, site).then(show, (error: unknown) => {
        display.say(`no new logins: ${String(error)}`);
      });
    });
    await running.finished();
    display.say('the study is completed; the pages stay until you press Ctrl-C');
    await running.fleet.whileRunning(untilAborted(signal));
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  } finally {
    await federation?.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function makeLogins(
  { url, config }: Federation,
  scratch: string,
  site: string,
): Promise<OpenPages> {
  const link = JSON.parse(
    await runCommand('coordinator', ['sign-in-link', STUDY_COORDINATOR, '--config', config]),
  ) as { readonly path: string; readonly expiresAtMs: number };
  const page = (await runJson('agent', [
    ...['dashboard', '--home', agentHome({ folder: scratch }, site)],
  ])) as { readonly url: string; readonly oneTimeLogin: string; readonly minutes: number };
  return {
    console: {
      url: `${url}/console/`,
      signIn: new URL(link.path, url).href,
      minutes: Math.round((link.expiresAtMs - Date.now()) / 60_000),
    },
    agentPage: {
      site,
      url: `${page.url}/login/first`,
      oneTimeLogin: page.oneTimeLogin,
      minutes: page.minutes,
    },
  };
}

/** Every step of every site until the pages are shown, and then a line a round, so that the addresses stay in sight. */
class Report {
  #followed: string | undefined;

  constructor(private readonly display: Display) {}

  follow(site: string): void {
    this.display.end();
    this.#followed = site;
  }

  readonly take: Display['take'] = (site, event) => {
    if (this.#followed === undefined) {
      this.display.take(site, event);
    } else if (site === this.#followed && event.event === 'result') {
      this.display.say(`round ${String(event['round'])} is done`);
    }
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
