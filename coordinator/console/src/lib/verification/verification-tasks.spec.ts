/** What the worker does, without a worker. */
import {
  bundleFromFiles,
  proveConsistency,
  reportText,
  verifyBundle,
  type BundleFile,
  type VerificationStep,
} from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { doTask } from './verification-tasks.js';
import type { HeldBundle, IndexToFetch, Verification } from './worker-messages.js';

const { files } = playSampleStudy();
const held: HeldBundle = { files, proofs: [] };
const VERIFY = { name: 'verify', pinned: {}, savedCheckpoint: undefined } as const;

function json(path: string): unknown {
  const file = files.find((each) => each.path === path);
  return JSON.parse(new TextDecoder().decode(file?.bytes));
}

describe('the worker of verification', () => {
  it('says what is to be fetched, and has the index in the bytes that were signed', () => {
    const answer = doTask({ name: 'readIndex', index: json('bundle.json') }, undefined);
    const { file, files: wanted, indexHash } = answer as IndexToFetch;
    expect(file).toEqual(files.find(({ path }) => path === 'bundle.json'));
    expect(wanted).toHaveLength(files.length - 1);
    expect(indexHash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('takes no other answer for an index', () => {
    const action = (): unknown => doTask({ name: 'readIndex', index: { body: {} } }, undefined);
    expect(action).toThrow(ConsiliumError);
    expect(action).toThrow('the coordinator sent no index of a bundle');
  });

  it('verifies in the words of consilium-verify and gives the checkpoint to keep', () => {
    const steps: VerificationStep[] = [];
    const answer = doTask(VERIFY, held, (step) => steps.push(step)) as Verification;
    const report = verifyBundle(bundleFromFiles(files));
    expect(answer).toMatchObject({ report, text: reportText(report) });
    const { checkpoints } = json('log.json') as { readonly checkpoints: readonly string[] };
    expect(answer.checkpoint).toBe(checkpoints.at(-1));
    expect(answer.growth).toBeUndefined();
    expect(steps.at(-1)).toMatchObject({ kind: 'ended', progress: 1 });
  });

  it('compares with each checkpoint that was saved', () => {
    const { checkpoints } = json('log.json') as { readonly checkpoints: readonly string[] };
    for (const savedCheckpoint of checkpoints) {
      const { growth } = doTask({ ...VERIFY, savedCheckpoint }, held) as Verification;
      expect(growth).toEqual(proveConsistency(bundleFromFiles(files), savedCheckpoint));
      expect(growth?.holds).toBe(true);
    }
  });

  it('gives no checkpoint to keep of a bundle whose log nobody signed', () => {
    const broken: BundleFile[] = files.map((file) =>
      file.path === 'log.json' ? { ...file, bytes: new Uint8Array(3) } : file,
    );
    const answer = doTask(VERIFY, { files: broken, proofs: [] }) as Verification;
    expect(answer.report.verified).toBe(false);
    expect(answer.checkpoint).toBeUndefined();
  });
});
