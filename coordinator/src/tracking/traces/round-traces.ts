/** Sends a trace of each round that ended, where a collector is configured. */
import { Inject, Injectable } from '@nestjs/common';
import type { RoundView } from '@consilium/shared/answers';
import type { StudyId } from '@consilium/shared/vocabulary';
import { CONFIG } from '../../config/config.module.js';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { readSecretFile } from '../../config/secret-file.js';
import { Log } from '../../platform/logging/log.js';
import { SitesService } from '../../sites/sites.service.js';
import { StudiesService } from '../../studies/studies.service.js';
import { roundSpan } from './round-spans.js';
import { openSpanSender, type SpanSender } from './span-sender.js';

@Injectable()
export class RoundTraces {
  private sender: SpanSender | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly log: Log,
    private readonly sites: SitesService,
    private readonly studies: StudiesService,
  ) {}

  /** @throws ConsiliumError 'bad-configuration' where the packages or the token cannot be had. */
  async open(): Promise<void> {
    const { tracing } = this.config;
    if (tracing !== undefined) {
      const { endpoint, tokenFile } = tracing;
      const { groupReadable } = this.config.keys;
      const token =
        tokenFile === undefined ? undefined : readSecretFile(tokenFile, { groupReadable });
      this.sender = await openSpanSender({
        endpoint,
        authorization: token === undefined ? undefined : `Bearer ${token}`,
        onLost: (spans, error) => {
          this.log.error('spans could not be sent', error, { spans });
        },
      });
    }
  }

  /** A round that is tried again is told when it has ended for good: with its result, or with the study. */
  async tell(studyId: StudyId, round: RoundView): Promise<void> {
    if (this.sender === undefined || !(await this.isOver(studyId, round))) {
      return;
    }
    const sites = await this.sites.list();
    const labels = new Map<string, string>(sites.map(({ siteId, keyId }) => [siteId, keyId]));
    const span = roundSpan(studyId, round, (siteId) => labels.get(siteId) ?? 'unknown');
    if (span !== undefined) {
      this.sender.send(span);
    }
  }

  async close(): Promise<void> {
    await this.sender?.close();
  }

  private async isOver(studyId: StudyId, { attempts }: RoundView): Promise<boolean> {
    return (
      attempts.some(({ phase }) => phase === 'committed') ||
      (await this.studies.get(studyId)).phase === 'failed'
    );
  }
}
