/**
 * WebGPU through Dawn, which the npm package `webgpu` brings, and tfjs's backend for it. Both are installed by whoever wants
 * them. An adapter that is software is refused: the other engines are far faster on a processor.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { registerComposites } from '../composites.js';
import { absent, type EngineStarter } from '../starter.js';

/** The part of Dawn's package that is used. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

interface Gpu {
  requestAdapter(): Promise<{ readonly info: AdapterInfo } | null>;
}

export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

const PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu'];
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

let device: string | undefined;

export const webgpu: EngineStarter = {
  name: 'webgpu',
  start: async ({ webgpuFrom, device: wanted }) => {
    if (wanted === 'processor') {
      return absent('it computes on a GPU', 'Choose onnxruntime for the processor.');
    }
    const require = createRequire(webgpuFrom);
    const paths = PACKAGES.map((name) => resolved(require, name));
    const [dawnPath, backendPath] = paths;
    if (dawnPath === undefined || backendPath === undefined) {
      const missing = PACKAGES.filter((_, i) => paths[i] === undefined).join(' and ');
      return absent(`${missing} is not installed`, `Install ${PACKAGES.join(' and ')}.`);
    }
    if (device === undefined) {
      const { create, globals } = (await import(pathToFileURL(dawnPath).href)) as Dawn;
      const gpu = create([]);
      const adapter = await gpu.requestAdapter();
      if (adapter === null || isSoftware(adapter.info)) {
        return absent('it found no GPU', 'Install the Vulkan driver of the GPU.');
      }
      Object.assign(globalThis, globals);
      const navigator = { value: { gpu, userAgent: 'node' }, configurable: true };
      Object.defineProperty(globalThis, 'navigator', navigator);
      require(backendPath);
      device = deviceName(adapter.info);
    }
    // tfjs would go on with another backend in silence.
    if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu') {
      throw new Error('tfjs could not start WebGPU');
    }
    registerComposites('webgpu');
    return { kind: 'started', backend: 'webgpu', version: tf.version_core, device, threads: 1 };
  },
};

/** Whether the adapter is a program that plays a GPU. */
export function isSoftware({ isFallbackAdapter, ...words }: AdapterInfo): boolean {
  const { vendor, architecture, device: name, description } = words;
  return (
    isFallbackAdapter === true || SOFTWARE.test(`${vendor} ${architecture} ${name} ${description}`)
  );
}

function deviceName({ vendor, architecture, description }: AdapterInfo): string {
  const words = description === '' ? `${vendor} ${architecture}`.trim() : description;
  return (words === '' ? 'gpu' : words).slice(0, 100);
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
