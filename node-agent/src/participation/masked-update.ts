/** What goes into a masked update beside the delta: the masks that this attempt calls for, and the figures that travel in the sum. */
import { decodeFloat, fromBase64 } from '@consilium/shared/encoding';
import {
  peersHash,
  sharersHash,
  signedHash,
  type Advert,
  type Metrics,
} from '@consilium/shared/protocol';
import {
  companyOf,
  encodeMetricWords,
  secureContext,
  type SiteMasks,
  type SummedFigures,
} from '@consilium/shared/secagg';
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { AttemptState } from './agent-state.js';
import type { MaskSecrets } from './round-secrets.js';
import { secureAggregationOf } from './secure-acceptance.js';
import { required, type StudyContext } from './site-context.js';

/** The masks of this site, which it has with the sharers of its group, and U2 by hash. */
export function masksOf(
  { siteId }: StudyContext,
  attempt: AttemptState,
  { maskSecret, selfSeed }: MaskSecrets,
): { readonly sharersHash: ContentHash; readonly masks: SiteMasks } {
  const { attemptId, manifest } = attempt;
  const adverts = required(attempt.peers, 'set of adverts');
  const words = required(attempt.dealt, 'set of sharers').map(({ shares }) => shares);
  const hash = sharersHash(attemptId, words);
  const sharers = new Set(words.map(({ body }) => body.siteId));
  const dealers = adverts.filter(({ body }) => sharers.has(body.siteId));
  const { groups } = secureAggregationOf(manifest.body);
  const context = secureContext({
    attemptId,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
    sharersHash: hash,
  });
  return {
    sharersHash: hash,
    masks: {
      siteId,
      sharers: companyOf(groups, siteId, dealers, ({ body }) => body.siteId).map(({ body }) => ({
        siteId: body.siteId,
        maskKey: maskKeyOf(body),
      })),
      maskSecret,
      selfSeed,
      context,
    },
  };
}

/** S of a site. @throws Error when the advert of a secure attempt has none, which the checks of step 2 exclude */
export function maskKeyOf({ secure }: Advert): Uint8Array {
  return fromBase64(required(secure, 'mask key').maskKey);
}

/** The figures before and after training as words of the sum; zeros where they do not leave this site. */
export function metricWordsOf(
  { protocol }: StudyContext,
  attempt: AttemptState,
  figures: { readonly before: Metrics; readonly after: Metrics } | undefined,
): Uint32Array {
  const { length: sites } = required(attempt.peers, 'set of adverts');
  return encodeMetricWords({
    classes: protocol.task.classes.length,
    sites,
    ...(figures === undefined
      ? {}
      : { figures: { before: summed(figures.before), after: summed(figures.after) } }),
  });
}

/** The mean loss of a split times its pictures, so that it adds up over sites. */
function summed({ confusion, loss, samples }: Metrics): SummedFigures {
  return { confusion, lossSum: decodeFloat(loss) * samples };
}
