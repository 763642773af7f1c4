/** What a site says once and for all, by a name that is the same when it says it again. */
import type { Signed } from '@consilium/shared/crypto';
import type { Json } from '@consilium/shared/encoding';
import type { SiteRequest } from '@consilium/shared/protocol';

interface Said {
  readonly name: string;
  readonly document: Signed<Json>;
}

/** Undefined of what is answered by more than that it was taken. */
export function saidIn(request: SiteRequest): Said | undefined {
  switch (request.kind) {
    case 'round.decline':
      return { name: `decline ${request.decline.body.attemptId}`, document: request.decline };
    case 'study.join':
      return { name: 'join', document: request.join };
    case 'evaluation.report':
      return { name: `evaluation ${request.evaluation.body.split}`, document: request.evaluation };
    case 'study.withdraw':
      return { name: 'withdrawal', document: request.withdrawal };
    default:
      return undefined;
  }
}
