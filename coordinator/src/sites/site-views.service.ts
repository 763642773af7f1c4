/** Puts together what people are shown of sites: key, standing, connection, uptime, and the site's own report. */
import { Injectable } from '@nestjs/common';
import type { SiteView } from '@consilium/shared/answers';
import type { Actor } from '../platform/http/actor.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { LiveSites } from './live-sites.js';
import { SiteAttendance } from './site-attendance.service.js';
import { SiteStatesRepository, type SiteState } from './site-states.repository.js';
import type { Site } from './sites.repository.js';
import { siteView } from './sites-view.js';
import { daysOf, uptimeOf, windowStart } from './uptime.js';

const NOTHING_KNOWN: SiteState = { days: [] };

@Injectable()
export class SiteViews {
  constructor(
    private readonly database: Database,
    private readonly states: SiteStatesRepository,
    private readonly attendance: SiteAttendance,
    private readonly live: LiveSites,
    private readonly reach: StudyReach,
    private readonly clock: Clock,
  ) {}

  /** Sites that the person may be shown. */
  async of(actor: Actor, sites: readonly Site[]): Promise<SiteView[]> {
    const nowMs = this.clock.nowMs();
    const ids = sites.map(({ siteId }) => siteId);
    const states = await this.database.read((reader) =>
      this.states.states(reader, ids, windowStart(nowMs)),
    );
    const reached = await this.reached(actor, [...states.values()]);
    return sites.map((site) =>
      this.viewOf(site, states.get(site.siteId) ?? NOTHING_KNOWN, reached, nowMs),
    );
  }

  async ofOne(actor: Actor, site: Site): Promise<SiteView> {
    const [view] = await this.of(actor, [site]);
    return view ?? siteView(site, this.live);
  }

  private viewOf(
    site: Site,
    { days, report, agentVersion, lastSeenMs }: SiteState,
    reached: ReadonlySet<string>,
    nowMs: number,
  ): SiteView {
    const live = this.live.of(site.siteId);
    const span = this.attendance.unwritten(site.siteId);
    const seenMs = live === undefined ? lastSeenMs : nowMs;
    const version = live?.agentVersion ?? agentVersion;
    const connected = span === undefined ? days : [...days, ...daysOf(span)];
    const letInMs = site.decidedAtMs ?? site.enrolledAtMs;
    return {
      ...siteView(site, this.live),
      ...(seenMs === undefined ? {} : { lastSeenMs: seenMs }),
      ...(version === undefined ? {} : { agentVersion: version }),
      ...(site.status === 'active' ? { uptime: uptimeOf(connected, letInMs, nowMs) } : {}),
      ...(report === undefined ? {} : { report: cutDown(report, reached) }),
    };
  }

  /** The studies of the reports that the person may read. */
  private async reached(actor: Actor, states: readonly SiteState[]): Promise<ReadonlySet<string>> {
    const studies = states.flatMap(({ report }) => report?.studies ?? []);
    const readable = await this.reach.readable(actor, studies);
    return new Set(readable.map(({ studyId }) => studyId));
  }
}

function cutDown(
  { engine, paused, studies, atMs }: NonNullable<SiteState['report']>,
  reached: ReadonlySet<string>,
): NonNullable<SiteView['report']> {
  return {
    ...(engine === undefined ? {} : { engine }),
    paused,
    studies: studies.filter(({ studyId }) => reached.has(studyId)),
    atMs,
  };
}
