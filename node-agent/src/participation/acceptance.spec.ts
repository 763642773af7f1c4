import { encodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  type AdapterConfig,
  type PrivateAdapterConfig,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { schemaHash } from '@consilium/shared/tensors';
import { requireSchema } from './acceptance.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

/** A study whose coordinator computed the hash of whatever schema follows, within its limits or not. */
function studyOf(adapter: AdapterConfig, geometry: object): StudyProtocol {
  const study = testStudy();
  const changed = { ...BACKBONE.geometry, ...geometry } as typeof BACKBONE.geometry;
  const { task } = study;
  const schema = adapterSchema({ geometry: changed, adapter, task, updateRange: 1 });
  return {
    ...study,
    adapter,
    backbone: { ...study.backbone, geometry: changed },
    training: { ...study.training, updateRange: encodeFloat(1) },
    schemaHash: schemaHash(schema),
  };
}

describe('the schema of a study', () => {
  it('is the one that follows from it', () => {
    expect(requireSchema(studyOf({ kind: 'full' }, {})).length).toBeGreaterThan(16);
  });

  it('is refused with more tensors than an adapter may have', () => {
    expect(() => requireSchema(studyOf({ kind: 'full' }, { layers: 1000 }))).toThrow(/<=4096/);
  });

  it('is refused with more parameters than an adapter may have', () => {
    expect(() => requireSchema(studyOf({ kind: 'full' }, { mlpSize: 2 ** 24 }))).toThrow(
      /at most 268435456 bytes of parameters/,
    );
  });

  it('is refused for a private adapter beyond the limits', () => {
    const privateAdapter: PrivateAdapterConfig = {
      kind: 'lora',
      rank: 8,
      alpha: 16,
      targets: ['mlp-up'],
      blocks: [0],
    };
    const study = studyOf({ kind: 'linear-head' }, { mlpSize: 2 ** 24 });
    expect(() => requireSchema({ ...study, privateAdapter })).toThrow(/bytes of parameters/);
  });

  it('is refused when the study names another', () => {
    const study = { ...testStudy(), schemaHash: BACKBONE.hash };
    expect(() => requireSchema(study)).toThrow('the study names another schema than it implies');
  });
});
