/**
 * The tensor engine of this process. This folder alone picks a tfjs backend: the fastest that starts on this machine, or the one
 * that the hospital names. Model code is plain tfjs operations and runs on each.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { ENGINE_NAMES, type EngineChoice, type EngineName } from '../config/engine-choice.js';
import type { EngineDescription } from '../trainer-link/messages.js';
import { cpu } from './cpu/start.js';
import { registerGradients } from './gradients/register.js';
import { onnxruntime } from './onnxruntime/start.js';
import {
  absent,
  type Absent,
  type EngineStarter,
  type Started,
  type StartOptions,
} from './starter.js';
import { tensorflow } from './tensorflow/start.js';
import { wasm } from './wasm/start.js';
import { webgpu } from './webgpu/start.js';

export const BACKEND_NAMES = ENGINE_NAMES;
export type BackendName = EngineName;

/** What a receipt of a training says about the machine that computed it. */
export type Engine = EngineDescription & { readonly backend: EngineName };

export interface EngineOptions extends Partial<Omit<StartOptions, 'device'>> {
  readonly wasmFolder: string;
  /** `auto` (default) or one engine that is insisted on. */
  readonly choice?: EngineChoice;
  /** Engines that `auto` passes over, for they failed here after they had started. */
  readonly without?: readonly string[];
  readonly warn: (message: string) => void;
}

/** An engine that was not taken, and why. */
export interface PassedOver {
  readonly engine: EngineName;
  readonly reason: string;
}

export interface OpenedEngine {
  readonly engine: Engine;
  /** The other engines, in the order in which `auto` looks at them. */
  readonly others: readonly PassedOver[];
}

interface Candidate {
  readonly starter: EngineStarter;
  readonly device: 'processor' | 'gpu';
  /** Why it is the one, if none before it starts. */
  readonly because: string;
}

/** Measured: docs/engines.md. */
const ORDER: readonly Candidate[] = [
  { starter: tensorflow, device: 'gpu', because: 'it found a GPU' },
  { starter: webgpu, device: 'gpu', because: 'it found a GPU' },
  { starter: onnxruntime, device: 'processor', because: 'the fastest without a GPU' },
  { starter: tensorflow, device: 'processor', because: 'onnxruntime does not start here' },
  { starter: wasm, device: 'processor', because: 'no native engine starts here' },
  { starter: cpu, device: 'processor', because: 'nothing faster starts here' },
];

/**
 * Starts the engine, or switches it when called again.
 * @throws ConsiliumError 'engine-missing' when the engine that is named is not there or does not start, saying what to do
 */
export async function openEngine(options: EngineOptions): Promise<OpenedEngine> {
  tf.enableProdMode(); // Otherwise tfjs prints an advertisement and checks every value.
  const { choice = 'auto' } = options;
  const opened = choice === 'auto' ? await openFirst(options) : await openNamed(choice, options);
  registerGradients(); // After the engine: some bring gradients of their own.
  return opened;
}

async function openNamed(name: EngineName, options: EngineOptions): Promise<OpenedEngine> {
  const starter = ORDER.map((candidate) => candidate.starter).find((own) => own.name === name);
  if (starter === undefined) {
    throw new ConsiliumError('internal', `no starter for ${name}`);
  }
  const outcome = await tryStart(starter, options, undefined);
  if (outcome.kind === 'absent') {
    throw new ConsiliumError(
      'engine-missing',
      `the engine ${name} is not there: ${outcome.reason}. ${outcome.remedy}`,
    );
  }
  const others = ENGINE_NAMES.filter((other) => other !== name).map((engine) => ({
    engine,
    reason: `${name} is named in the configuration`,
  }));
  return { engine: describe(outcome, 'named in the configuration'), others };
}

async function openFirst(options: EngineOptions): Promise<OpenedEngine> {
  const passed = new Map<EngineName, string>();
  for (const { starter, device, because } of ORDER) {
    const { name } = starter;
    const outcome = options.without?.includes(name)
      ? absent('it failed here after it had started', '')
      : await startOrWarn(starter, options, device);
    if (outcome.kind === 'started') {
      if (name === 'cpu') {
        options.warn('no fast engine started: computing in plain JavaScript, far slower');
      }
      passed.delete(name);
      return { engine: describe(outcome, because), others: othersOf(name, passed) };
    }
    passed.set(name, outcome.reason);
  }
  throw new ConsiliumError('engine-missing', 'no tensor engine starts on this machine');
}

function othersOf(taken: EngineName, passed: ReadonlyMap<EngineName, string>): PassedOver[] {
  const later = ENGINE_NAMES.filter((name) => name !== taken && !passed.has(name));
  return [
    ...[...passed].map(([engine, reason]) => ({ engine, reason })),
    ...later.map((engine) => ({ engine, reason: `slower than ${taken}, not tried` })),
  ];
}

/** What fails is told and passed over. */
async function startOrWarn(
  starter: EngineStarter,
  options: EngineOptions,
  device: Candidate['device'],
): Promise<Started | Absent> {
  try {
    return await tryStart(starter, options, device);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it failed';
    options.warn(reason);
    return { kind: 'absent', reason, remedy: '' };
  }
}

/** @throws ConsiliumError 'engine-missing' in place of whatever the engine throws */
async function tryStart(
  starter: EngineStarter,
  options: EngineOptions,
  device: Candidate['device'] | undefined,
): Promise<Started | Absent> {
  const { wasmFolder, warn, threads, memoryBytes, tensorflowFolder, webgpuFrom } = options;
  try {
    return await starter.start({
      wasmFolder,
      warn,
      threads,
      memoryBytes,
      tensorflowFolder,
      webgpuFrom: webgpuFrom ?? import.meta.url,
      device,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'for an unknown reason';
    throw new ConsiliumError(
      'engine-missing',
      `the engine ${starter.name} did not start: ${why}. Choose another one with "engine:" in agent.yaml`,
      { cause: error },
    );
  }
}

function describe({ backend, version, device, threads }: Started, reason: string): Engine {
  return { backend, version, device, threads, reason };
}
