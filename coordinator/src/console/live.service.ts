/** Everybody who watches: each is told of new leaves in their order, once each, and hears a beat as long as the session holds. */
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { LiveBeat, LiveChange } from '@consilium/shared/answers';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request, Response } from 'express';
import { Clock } from '../platform/clock.js';
import { Authenticators, type OperatorActor } from '../platform/http/actor.js';
import { Log } from '../platform/logging/log.js';
import { LiveLeaves } from './live-leaves.service.js';
import { LiveSources } from './live-sources.js';
import { LiveStream } from './live-stream.js';

const BEAT_MS = 2000;
/** After so many beats the session is looked at again, and with it what the person reaches. */
const BEATS_A_LOOK = 10;
/** Of one account: a browser has at most six of them open. */
const STREAMS = 24;

interface Watcher {
  readonly stream: LiveStream;
  readonly request: Request;
  actor: OperatorActor;
  beats: number;
  /** The reading under way; what comes meanwhile is read after it, so that leaves keep their order. */
  reading: Promise<void>;
}

@Injectable()
export class LiveService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly watchers = new Set<Watcher>();
  private stopListening: readonly (() => void)[] = [];
  private cancelBeat: () => void = () => undefined;

  constructor(
    private readonly leaves: LiveLeaves,
    private readonly sources: LiveSources,
    private readonly authenticators: Authenticators,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    const stopSources = this.sources.listen({
      appended: () => {
        this.watchers.forEach((watcher) => {
          this.readOn(watcher);
        });
      },
      changed: (change) => {
        this.watchers.forEach((watcher) => {
          this.tell(watcher, change);
        });
      },
    });
    const stopLooking = this.authenticators.withdrawn.listen(() => {
      this.watchers.forEach((watcher) => {
        this.inTurn(watcher, () => this.lookAgain(watcher));
        this.tell(watcher, { what: 'credentials' });
      });
    });
    this.stopListening = [stopSources, stopLooking];
    this.planBeat();
  }

  beforeApplicationShutdown(): void {
    this.stopListening.forEach((stop) => {
      stop();
    });
    this.cancelBeat();
    this.watchers.forEach(({ stream }) => {
      stream.end();
    });
  }

  /**
   * Begins a stream that lasts until the browser leaves.
   * @param after index of the last leaf that the browser has; from the end of the log on if not given
   * @throws ConsiliumError 'quota-exceeded' for more streams than an account may have
   */
  async watch(
    request: Request,
    response: Response,
    actor: OperatorActor,
    after?: number,
  ): Promise<void> {
    const own = [...this.watchers].filter((other) => other.actor.operatorId === actor.operatorId);
    if (own.length >= STREAMS) {
      const message = `${STREAMS} pages of this account are open already: close some`;
      throw new ConsiliumError('quota-exceeded', message);
    }
    const end = await this.leaves.next();
    const stream = new LiveStream(response, Math.min(end, after === undefined ? end : after + 1));
    const watcher: Watcher = { stream, request, actor, beats: 0, reading: Promise.resolve() };
    stream.begin(this.beatFor(watcher, end));
    this.watchers.add(watcher);
    response.once('close', () => {
      this.watchers.delete(watcher);
    });
    this.readOn(watcher);
  }

  private readOn(watcher: Watcher): void {
    this.inTurn(watcher, async () => {
      const { stream, actor } = watcher;
      for (let isMore = true; isMore && stream.open;) {
        const { shown, next } = await this.leaves.from(actor, stream.nextIndex);
        isMore = next > stream.nextIndex;
        stream.leaves(shown, next);
      }
    });
  }

  private tell(watcher: Watcher, change: LiveChange): void {
    this.inTurn(watcher, async () => {
      if (change.what !== 'study' || (await this.leaves.reaches(watcher.actor, change.id))) {
        watcher.stream.change(change);
      }
    });
  }

  /** What cannot be read now is read when the browser comes back to the place where it was. */
  private inTurn(watcher: Watcher, work: () => Promise<void>): void {
    watcher.reading = watcher.reading.then(work).catch((error: unknown) => {
      this.log.error('a live stream ended', error);
      watcher.stream.end();
    });
  }

  private planBeat(): void {
    this.cancelBeat = this.clock.after(BEAT_MS, () => {
      this.watchers.forEach((watcher) => {
        this.beat(watcher);
      });
      this.planBeat();
    });
  }

  /** A beat reads the log as well: another process may have appended. */
  private beat(watcher: Watcher): void {
    watcher.beats += 1;
    if (watcher.beats % BEATS_A_LOOK === 0 || this.clock.nowMs() > endOf(watcher.actor)) {
      this.inTurn(watcher, () => this.lookAgain(watcher));
    }
    this.readOn(watcher);
    this.inTurn(watcher, () => {
      watcher.stream.beat(this.beatFor(watcher, watcher.stream.nextIndex));
      return Promise.resolve();
    });
  }

  private beatFor({ actor: { proof } }: Watcher, next: number): LiveBeat {
    const beat = { atMs: this.clock.nowMs(), next };
    if (proof.kind === 'token') {
      return beat;
    }
    const { endsAtMs, latestEndAtMs } = proof;
    return { ...beat, session: { endsAtMs, latestEndAtMs } };
  }

  /** An open page is no reason for a session to last. */
  private async lookAgain(watcher: Watcher): Promise<void> {
    const actor = await this.authenticators.identify(watcher.request, 'background');
    if (actor === undefined) {
      watcher.stream.end();
    } else {
      watcher.actor = actor;
    }
  }
}

/** When what the person has shown stops to prove it, unless it was prolonged since. */
function endOf({ proof }: OperatorActor): number {
  return proof.kind === 'token' ? proof.expiresAtMs : proof.endsAtMs;
}
