import { openEngine } from './engine.js';
import { WASM_FOLDER } from './testing/backends.js';

jest.mock('@consilium/tfjs-onnxruntime', () => ({
  startOnnxruntime: () => Promise.reject(new Error('no library for this platform')),
}));

describe('openEngine where onnxruntime fails', () => {
  it('falls to plain JavaScript with warnings when nothing else starts', async () => {
    const warnings: string[] = [];
    const warn = (text: string): unknown => warnings.push(text);
    const { engine, others } = await openEngine({ wasmFolder: '/nowhere', warn });
    expect(engine).toMatchObject({ backend: 'cpu', reason: 'nothing faster starts here' });
    expect(warnings[0]).toMatch(/onnxruntime did not start: no library for this platform/);
    expect(warnings[1]).toMatch(/far slower/);
    expect(others.find((other) => other.engine === 'wasm')?.reason).toMatch(/is missing/);
  });

  it('falls to WebAssembly with one warning', async () => {
    const warnings: string[] = [];
    const warn = (text: string): unknown => warnings.push(text);
    const { engine } = await openEngine({ wasmFolder: WASM_FOLDER, warn });
    expect(engine).toMatchObject({ backend: 'wasm', reason: 'no native engine starts here' });
    expect(warnings).toHaveLength(1);
  });

  it('fails when it was named', async () => {
    const options = { wasmFolder: WASM_FOLDER, choice: 'onnxruntime' as const, warn: jest.fn() };
    await expect(openEngine(options)).rejects.toMatchObject({ code: 'engine-missing' });
  });
});
