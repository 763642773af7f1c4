/** A policy in sentences, one for each rule that holds. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { SitePolicy } from '@consilium/shared/protocol';
import { amountText, sizeText } from '../words/format.js';
import type { Words } from '../words/english.js';

export function policySentences(policy: SitePolicy, words: Words): readonly string[] {
  const { policy: text } = words;
  const { participation, data, studies, aggregation, privacy, share } = policy;
  return [
    text.minSites(participation.minSites),
    studies.allow === undefined ? text.allowAny : text.allowListed(studies.allow.length),
    aggregation.require === 'secure' ? text.secureOnly : text.anyAggregation,
    ...(privacy.requireDifferentialPrivacy ? [text.privacy] : []),
    ...(privacy.maxEpsilonPerYear === undefined
      ? []
      : [text.epsilon(amountText(words, decodeFloat(privacy.maxEpsilonPerYear)))]),
    ...people(policy, words),
    text.minRows(data.minRows),
    text.metrics[share.metrics],
    ...(share.metrics === 'none' ? [] : [text.minCell(data.minCell)]),
    ...machine(policy, words),
  ];
}

function people({ approval, members }: SitePolicy, { policy: text }: Words): readonly string[] {
  return [
    approval.mode === 'automatic' ? text.automatic : text.manual(approval.people),
    text.members(members.known.length),
    members.atLeastKnown === undefined ? text.noStrangers : text.atLeastKnown(members.atLeastKnown),
  ];
}

function machine(policy: SitePolicy, words: Words): readonly string[] {
  const { policy: text } = words;
  const { update, schedule, resources, network } = policy;
  const { threads, memoryMiB, nice } = resources;
  return [
    text.maxBytes(sizeText(words, update.maxBytes)),
    ...(update.clipNorm === undefined
      ? []
      : [text.clipNorm(amountText(words, decodeFloat(update.clipNorm)))]),
    ...(schedule.windows.length === 0
      ? [text.anyTime]
      : schedule.windows.map(({ cron, minutes, timeZone }) =>
          text.window(cron, minutes, timeZone),
        )),
    text.gpu[resources.gpu],
    ...(threads === undefined ? [] : [text.threads(threads)]),
    ...(memoryMiB === undefined ? [] : [text.memory(memoryMiB)]),
    ...(nice === 0 ? [] : [text.nice(nice)]),
    ...(network.allowHosts === undefined ? [] : [text.hosts(network.allowHosts.join(', '))]),
  ];
}
