/**
 * What a refused request becomes: a problem for the site, and a leaf when a signature, hash or schema check failed inside
 * its authenticated channel, where nobody else could have sent it. docs/protocol/v1.md section 5.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { SiteReply, SiteRequest } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  ERROR_CODES,
  isConsiliumError,
  parseStudyId,
  type ErrorCode,
  type SiteId,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { RefusalWindows } from '../audit/refusal-windows.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { Metrics } from '../platform/metrics.js';
import { StudiesService } from '../studies/studies.service.js';
import type { RoundRequest } from './round-requests.js';

/** Refusals that no honest agent runs into. */
const SECURITY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-signature',
  'weak-key',
  'not-permitted',
  'conflict',
  'duplicate',
  'bad-message',
  'bad-update',
  'bad-chunk',
]);

/** Refusals remembered, so that a site that repeats itself cannot fill the log. */
const REMEMBERED = 10_000;

/** Leaves of one site in a minute; one more sums up the rest. */
const LEAVES_PER_MINUTE = 10;

const DETAIL_LENGTH = 1000;

interface Source {
  readonly studyId: StudyId;
  readonly siteId: SiteId;
}

@Injectable()
export class SiteProblems implements BeforeApplicationShutdown {
  private readonly recorded = new Set<string>();
  private readonly windows: RefusalWindows<Source>;
  private readonly refusals;

  constructor(
    private readonly studies: StudiesService,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly log: Log,
    clock: Clock,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter(
      'site_requests_refused_total',
      'Requests of sites that were refused or failed.',
      ['code'],
    );
    this.windows = new RefusalWindows(clock, LEAVES_PER_MINUTE, (source, more) => {
      void this.sum(source, more);
    });
  }

  beforeApplicationShutdown(): void {
    this.windows.close();
  }

  /** @throws what the database throws while the leaf is written. */
  async refuse(siteId: SiteId, request: SiteRequest, error: unknown): Promise<SiteReply> {
    const coded = isConsiliumError(error)
      ? error
      : new ConsiliumError('internal', 'the coordinator failed', { cause: error });
    this.refusals.inc({ code: coded.code });
    if (ERROR_CODES[coded.code].status >= 500) {
      this.log.error('a request of a site failed', error, { siteId, request: request.kind });
    } else {
      this.log.warn('a request of a site was refused', {
        siteId,
        request: request.kind,
        code: coded.code,
      });
    }
    if (isSuspicious(coded.code, request)) {
      await this.record(siteId, request, coded);
    }
    return {
      kind: 'problem',
      code: coded.code,
      title: ERROR_CODES[coded.code].title,
      detail: coded.code === 'internal' ? '' : coded.message.slice(0, DETAIL_LENGTH),
    };
  }

  private async record(siteId: SiteId, request: SiteRequest, error: ConsiliumError): Promise<void> {
    const studyId = await this.studyOf(request, error);
    const key = [studyId, siteId, error.code, request.kind].join(' ');
    if (studyId === undefined || this.recorded.has(key) || this.recorded.size >= REMEMBERED) {
      return;
    }
    this.recorded.add(key);
    if (this.windows.take({ studyId, siteId })) {
      await this.append({ studyId, siteId }, error.code, request.kind);
    }
  }

  private async sum(source: Source, more: number): Promise<void> {
    try {
      await this.append(source, 'quota-exceeded', `${more} more refusals in a minute`);
    } catch (error) {
      this.log.error('refused requests could not be recorded', error, { ...source, more });
    }
  }

  private async append(source: Source, code: ErrorCode, message: string): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.append(tx, { type: 'security.refused', ...source, code, message }),
    );
  }

  /** The study whose log the refusal belongs to; undefined if the request names none that there is. */
  private async studyOf(request: SiteRequest, error: ConsiliumError): Promise<StudyId | undefined> {
    const named = namedStudy(request) ?? error.detail?.studyId;
    try {
      return named === undefined
        ? undefined
        : (await this.studies.get(parseStudyId(named))).studyId;
    } catch (missing) {
      if (isConsiliumError(missing, 'not-found')) {
        return undefined;
      }
      throw missing;
    }
  }
}

/** An agent names an attempt only after the coordinator did; what it reads may be gone. */
function isSuspicious(code: ErrorCode, request: SiteRequest): boolean {
  return SECURITY_CODES.has(code) || (code === 'not-found' && namedStudy(request) !== undefined);
}

function namedStudy(request: SiteRequest): StudyId | undefined {
  switch (request.kind) {
    case 'study.join':
      return request.join.body.studyId;
    case 'study.withdraw':
      return request.withdrawal.body.studyId;
    case 'evaluation.report':
      return request.evaluation.body.studyId;
    case 'site.report':
    case 'blob.read':
    case 'log.prove':
      return undefined;
    default:
      return studyOfRound(request);
  }
}

function studyOfRound(request: RoundRequest): StudyId | undefined {
  switch (request.kind) {
    case 'round.advert':
      return request.advert.body.studyId;
    case 'round.decline':
      return request.decline.body.studyId;
    case 'round.shares':
      return request.shares.body.studyId;
    case 'round.endorse':
      return request.endorsement.body.studyId;
    case 'round.unmask':
      return request.unmasking.body.studyId;
    case 'round.vote':
      return request.vote.body.studyId;
    case 'update.open':
      return request.header.body.studyId;
    case 'update.chunk':
      return undefined;
  }
}
