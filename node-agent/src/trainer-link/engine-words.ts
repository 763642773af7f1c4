/** How an engine is named in documents: what computed, on which device, and why it was chosen. */
import type { EngineDescription } from './messages.js';

/** What a receipt has room for. */
const MOST = 100;

/** Such as `onnxruntime 1.30.0, processor, 2 threads: the fastest without a GPU`. */
export function engineWords({
  backend,
  version,
  device,
  threads,
  reason,
}: EngineDescription): string {
  const count = threads === 1 ? '1 thread' : `${threads} threads`;
  return `${backend} ${version}, ${device}, ${count}: ${reason}`.slice(0, MOST);
}
