/**
 * What a study costs each hospital by its protocol alone: bytes that travel and hours of training. Estimates for people who
 * choose the numbers; what machines and networks do beside it is left out.
 */
import { decodeFloat } from '../encoding/index.js';
import {
  adapterSchema,
  inputSize,
  type AdapterConfig,
  type StudyProtocol,
} from '../protocol/index.js';
import { schemaSize } from '../tensors/index.js';
import { forwardOperations } from './cost.js';

/** An update and a sum are words of the ring of 2^32. */
const BYTES_PER_PARAMETER = 4;
/** Forward, and back through frozen layers; a layer that is trained takes its own gradient beside it. */
const FROZEN_STEP = 2;
const TRAINED_STEP = 3;
/** Of a site's pictures, those that it measures on rather than trains with. */
const VALIDATION_SHARE = 0.2;
/** Before and after its training; a vote measures the candidate too. */
const MEASUREMENTS = 2;
const SECONDS_PER_HOUR = 3600;

export interface Hospital {
  /** Pictures of the data set. */
  readonly pictures: number;
  /** Floating point operations a second that its engine keeps up. */
  readonly operationsPerSecond: number;
}

export interface StudyCost {
  /** Numbers that are trained. */
  readonly parameters: number;
  /** That one hospital sends in a round: its update. */
  readonly sentBytes: number;
  /** That one hospital fetches in a round: the sum, from which it computes the next adapter. */
  readonly fetchedBytes: number;
  /** Of one round at one hospital, after the first one. */
  readonly roundSeconds: number;
  /** Once, before the first round: the frozen part of the backbone sees each picture. */
  readonly firstSeconds: number;
  /** Of all rounds together. */
  readonly hours: number;
}

/** @throws ConsiliumError 'bad-tensor-schema' as adapterSchema */
export function studyCost(protocol: StudyProtocol, hospital: Hospital): StudyCost {
  const { rounds, localEpochs } = protocol.training;
  const parameters = trainedParameters(protocol);
  const bytes = parameters * BYTES_PER_PARAMETER;
  const { pictures, operationsPerSecond } = hospital;
  const { geometry, preprocessing } = protocol.backbone;
  const whole = forwardOperations(geometry, inputSize(preprocessing));
  const frozen = firstTrainedBlock(protocol) / geometry.layers;
  const above = whole * (1 - frozen);
  const trained = (1 - VALIDATION_SHARE) * pictures * localEpochs * stepFactor(protocol.adapter);
  const measurements = MEASUREMENTS + (protocol.acceptance === undefined ? 0 : 1);
  const measured = VALIDATION_SHARE * pictures * measurements;
  const roundSeconds = (above * (trained + measured)) / operationsPerSecond;
  const firstSeconds = (whole * frozen * pictures) / operationsPerSecond;
  return {
    parameters,
    sentBytes: bytes,
    fetchedBytes: bytes,
    roundSeconds,
    firstSeconds,
    hours: (firstSeconds + rounds * roundSeconds) / SECONDS_PER_HOUR,
  };
}

function trainedParameters({ backbone, adapter, task, training }: StudyProtocol): number {
  const updateRange = decodeFloat(training.updateRange);
  return schemaSize(adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange }));
}

/** Everything below it is computed once for each picture. */
function firstTrainedBlock({ adapter, privateAdapter, backbone }: StudyProtocol): number {
  const { layers } = backbone.geometry;
  return Math.min(
    lowestBlock(adapter, layers),
    privateAdapter === undefined ? layers : Math.min(...privateAdapter.blocks),
  );
}

function lowestBlock(adapter: AdapterConfig, layers: number): number {
  switch (adapter.kind) {
    case 'linear-head':
      return layers;
    case 'last-blocks':
      return layers - adapter.count;
    case 'full':
    case 'visual-prompts':
      return 0;
    case 'lora':
    case 'rslora':
    case 'dora':
    case 'ia3':
    case 'bitfit':
    case 'norm-tuning':
    case 'bottleneck':
      return Math.min(...adapter.blocks);
  }
}

function stepFactor({ kind }: AdapterConfig): number {
  return kind === 'full' || kind === 'last-blocks' ? TRAINED_STEP : FROZEN_STEP;
}
