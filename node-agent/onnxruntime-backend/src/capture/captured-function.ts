/** The traces of one function by the signature of its arguments, and their graphs: a bounded list, least recently used dropped. */
import { type Tensor } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { type Subject, trace, type Trace, type TracedGradient } from './trace.js';
import { graphsOf, type Memory, type TraceGraphs } from './trace-graphs.js';

/** Signatures kept at once; a loop that passes a new number every time would otherwise keep them all. */
const SIGNATURES = 16;

/** Arguments whose gradient is wanted; null = no gradient at all. */
export type Wanted = readonly number[] | null;

interface Entry {
  readonly trace: Trace;
  readonly wanted: Wanted;
  readonly graphs: Map<string, TraceGraphs>;
}

export class CapturedFunction {
  private readonly bySignature = new Map<string, Entry[]>();

  /** @param check traces at every call and refuses if the function has changed */
  constructor(private readonly check: boolean) {}

  get signatures(): number {
    return this.bySignature.size;
  }

  /** The trace for these arguments; where no gradient is wanted, any with the same signature. */
  traceFor(
    subject: Subject,
    signature: string,
    wanted: Wanted,
    backend: OnnxruntimeBackend,
  ): Trace {
    const entries = (this.bySignature.get(signature) ?? []).filter(isUsable);
    let entry = entries.find((known) => wanted === null || String(known.wanted) === String(wanted));
    if (entry === undefined) {
      entry = { trace: trace(subject, backend, wanted), wanted, graphs: new Map() };
      entries.push(entry);
    } else if (this.check) {
      refuseChange(entry, trace(subject, backend, entry.wanted));
    }
    this.bySignature.delete(signature);
    this.bySignature.set(signature, entries);
    this.dropBeyondLimit();
    return entry.trace;
  }

  graphsFor(
    trace: Trace,
    gradients: readonly TracedGradient[],
    memory: Memory,
    backend: OnnxruntimeBackend,
  ): TraceGraphs {
    const graphs = this.entryOf(trace)?.graphs ?? new Map<string, TraceGraphs>();
    const key = `${memory}|${gradients.map((gradient) => trace.gradients.indexOf(gradient)).join()}`;
    const known = graphs.get(key) ?? graphsOf(trace, gradients, memory, backend);
    graphs.set(key, known);
    return known;
  }

  /** Forgets all traces, and disposes of the large constants that live with them. */
  dispose(): void {
    [...this.bySignature.values()].flat().forEach(({ trace: { recorder } }) => {
      recorder.disposeTables();
    });
    this.bySignature.clear();
  }

  private entryOf(trace: Trace): Entry | undefined {
    return [...this.bySignature.values()].flat().find((entry) => entry.trace === trace);
  }

  private dropBeyondLimit(): void {
    for (const [signature, entries] of this.bySignature) {
      if (this.bySignature.size <= SIGNATURES) {
        return;
      }
      entries.forEach(({ trace: { recorder } }) => recorder.disposeTables());
      this.bySignature.delete(signature);
    }
  }
}

/** Weights that the function closed over may have been replaced since. */
function isUsable({ trace: { recorder } }: Entry): boolean {
  const lost = recorder.inputs.some((input) => input.kind === 'closure' && input.tensor.isDisposed);
  if (lost) {
    recorder.disposeTables();
  }
  return !lost;
}

function refuseChange({ trace: known }: Entry, now: Trace): void {
  now.recorder.disposeTables();
  if (fingerprint(known) !== fingerprint(now)) {
    now.recorder.fail(
      'since it was captured it has come to read other tensors or to take another path; pass what changes as an argument',
    );
  }
}

function fingerprint({ recorder }: Trace): string {
  const tensorOf = (tensor: Tensor, owned: boolean): number | string =>
    owned ? tensor.shape.join() : tensor.id;
  const inputs = recorder.inputs.map((input) =>
    input.kind === 'closure' ? [input.name, tensorOf(input.tensor, input.owned)] : [input.name],
  );
  return JSON.stringify([recorder.values.graph.nodes, inputs]);
}
