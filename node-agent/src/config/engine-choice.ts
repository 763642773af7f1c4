/** Which tensor engine computes: the hospital's choice in agent.yaml, and what the trainer is told of it. */
import { z } from 'zod';

export const ENGINE_NAMES = ['onnxruntime', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** `auto` takes the fastest that starts on this machine. */
export const engineChoiceSchema = z.enum(['auto', ...ENGINE_NAMES], {
  error: `must be auto, ${ENGINE_NAMES.slice(0, -1).join(', ')} or ${ENGINE_NAMES.at(-1)}`,
});
export type EngineChoice = z.infer<typeof engineChoiceSchema>;

/** Threads of one operation. */
export const threadsSchema = z.int().min(1).max(1024);
