/**
 * What the policy of a site has against a study protocol, and against taking part with the data and the machine that are there.
 * Pure: lists of refusals, one sentence each with the numbers, empty when the policy allows it.
 */
import { keyIdOf } from '@consilium/shared/crypto';
import { decodeFloat } from '@consilium/shared/encoding';
import { studyProtocolHash, type SitePolicy, type StudyProtocol } from '@consilium/shared/protocol';
import type { KeyId } from '@consilium/shared/vocabulary';
import type { Refusal } from './refusal.js';

const BYTES_PER_PARAMETER = 4;

export interface OfferedStudy {
  readonly protocol: StudyProtocol;
  /** Of the key that signed it. */
  readonly signedBy: KeyId;
  /** Parameters of the shared adapter. */
  readonly parameters: number;
}

export function offeredBy(
  protocol: StudyProtocol,
  coordinatorKey: Uint8Array,
  parameters: number,
): OfferedStudy {
  return { protocol, signedBy: keyIdOf(coordinatorKey), parameters };
}

export function refusalsOfStudy(policy: SitePolicy, study: OfferedStudy): readonly Refusal[] {
  return [
    ...allowance(policy, study),
    ...size(policy, study),
    ...secrecy(policy, study),
    ...privacy(policy),
    ...update(policy, study),
  ];
}

export interface SiteMeans {
  readonly trainImages: number;
  /** `processor`, or what the engine calls the GPU. */
  readonly device: string;
}

export function refusalsOfMeans(
  { data, resources }: SitePolicy,
  { trainImages, device }: SiteMeans,
): readonly Refusal[] {
  const hasGpu = device !== 'processor';
  return [
    ...when(
      trainImages < data.minRows,
      'policy-min-rows',
      `There are ${trainImages} training pictures, the policy asks for at least ${data.minRows}.`,
    ),
    ...when(
      resources.gpu === 'require' && !hasGpu,
      'policy-gpu',
      'The policy asks for a GPU, the engine computes on the processor.',
    ),
    ...when(
      resources.gpu === 'forbid' && hasGpu,
      'policy-gpu',
      `The policy forbids the GPU, the engine took ${device}.`,
    ),
  ];
}

function allowance({ studies }: SitePolicy, { protocol, signedBy }: OfferedStudy): Refusal[] {
  const hash = studyProtocolHash(protocol);
  const { allow } = studies;
  return when(
    allow !== undefined && !allow.includes(hash) && !allow.includes(signedBy),
    'policy-study-not-allowed',
    `The policy allows ${allow?.length ?? 0} protocols and keys, neither ${hash} nor the key ${signedBy} that signed it.`,
  );
}

function size({ participation }: SitePolicy, { protocol }: OfferedStudy): Refusal[] {
  const { privacy } = protocol;
  const groups = privacy.secureAggregation === 'on' ? privacy.groups : undefined;
  // Whoever is in another group hides nothing of this site.
  const { minSites } = groups ?? protocol.participation;
  return when(
    minSites < participation.minSites,
    'policy-min-sites',
    `The study may sum the updates of ${minSites} sites, the policy asks for at least ${participation.minSites}.`,
  );
}

function secrecy({ aggregation }: SitePolicy, { protocol }: OfferedStudy): Refusal[] {
  return when(
    aggregation.require === 'secure' && protocol.privacy.secureAggregation === 'off',
    'policy-aggregation',
    'The policy asks for secure aggregation; in this study the coordinator reads single updates while it sums them.',
  );
}

/** No study of this version adds noise, so what its updates give away has no bound. */
function privacy({ privacy: rule }: SitePolicy): Refusal[] {
  const { maxEpsilonPerYear } = rule;
  return [
    ...when(
      rule.requireDifferentialPrivacy,
      'policy-privacy',
      'The policy asks for differential privacy, the study has none.',
    ),
    ...when(
      maxEpsilonPerYear !== undefined,
      'policy-epsilon',
      `The policy allows an epsilon of ${maxEpsilonPerYear === undefined ? 0 : decodeFloat(maxEpsilonPerYear)} a year; without differential privacy that of the study has no bound.`,
    ),
  ];
}

function update({ update: rule }: SitePolicy, { protocol, parameters }: OfferedStudy): Refusal[] {
  const bytes = updateBytes(parameters);
  const { clipNorm } = protocol.training;
  const allowed = rule.clipNorm === undefined ? Infinity : decodeFloat(rule.clipNorm);
  const norm = clipNorm === undefined ? Infinity : decodeFloat(clipNorm);
  return [
    ...when(
      bytes > rule.maxBytes,
      'policy-update-bytes',
      `An update of the study has ${bytes} bytes, the policy allows ${rule.maxBytes}.`,
    ),
    ...when(
      norm > allowed,
      'policy-clip-norm',
      clipNorm === undefined
        ? `The study does not clip updates, the policy asks for a norm of at most ${allowed}.`
        : `The study clips updates to a norm of ${norm}, the policy allows at most ${allowed}.`,
    ),
  ];
}

/** Bytes of one update before encryption. */
export function updateBytes(parameters: number): number {
  return parameters * BYTES_PER_PARAMETER;
}

function when(isRefused: boolean, code: string, sentence: string): Refusal[] {
  return isRefused ? [{ code, sentence }] : [];
}
