/**
 * The numbers of PyTorch with PEFT 0.21 and transformers 5.18 (ViTForImageClassification, three labels) for LoRA, rsLoRA, DoRA
 * and (IA)3: logits, loss and gradients.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  PLAIN_VIT,
  type AdapterConfig,
  type LinearTarget,
  type VitGeometry,
} from '@consilium/shared/protocol';
import { readSafetensors, shapeSize, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { Backbone } from '../backbones/backbone.js';
import { huggingFaceVit } from '../backbones/layouts/hugging-face-vit.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { recipeModel, recipeParameters, recipePixels } from '../backbones/testing/recipe.js';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import { createHead } from './head.js';
import { createAdapter } from './registry.js';
import { disposeVariables, loadTensors } from './variables.js';

const GEOMETRY: VitGeometry = {
  ...PLAIN_VIT,
  hiddenSize: 12,
  layers: 2,
  heads: 2,
  mlpSize: 24,
  imageSize: 32,
  patchSize: 8,
  layerNormEps: encodeFloat(1e-12),
};
const SIZE = { height: 32, width: 32 };
const LABEL = 1;
const BOTH = [0, 1];
const HEAD_TENSORS = ['classifier.bias', 'classifier.weight'];

const lowRank = { rank: 2, alpha: 4, targets: ['query', 'value'] as LinearTarget[], blocks: BOTH };
const parameters = recipeParameters(huggingFaceVit, GEOMETRY, HEAD_TENSORS);

/** The recipe's value j of tensor k. */
function recipeTensor(shape: readonly number[], k: number): Tensor {
  const value = (j: number) => 0.2 * Math.sin(0.7 + 0.37 * k + 0.11 * j);
  return { shape, data: Float32Array.from({ length: shapeSize(shape) }, (_, j) => value(j)) };
}

/** The classifier comes first among the model's tensors; the factors are numbered on their own. */
function recipeAdapter(config: AdapterConfig): TensorSet {
  let factor = 0;
  const entries = schemaOf(config).map(({ name, shape }): [string, Tensor] => {
    if (name.startsWith('head.')) {
      return [name, recipeTensor(shape, name === 'head.bias' ? 0 : 1)];
    }
    if (name.endsWith('.magnitude-delta')) {
      return [name, tenthOfNorms(name.replace('.magnitude-delta', '.weight'))];
    }
    factor += 1;
    return [name, recipeTensor(shape, factor - 1)];
  });
  return new Map(entries);
}

/** A magnitude of 1.1 times the norm of each row of the frozen weight, as a change. */
function tenthOfNorms(weight: string): Tensor {
  const { shape, data } = parameters.get(weight) as Tensor;
  const [outputs = 0, inputs = 0] = shape;
  const norms = Float32Array.from(
    { length: outputs },
    (_, o) => 0.1 * Math.hypot(...data.subarray(o * inputs, (o + 1) * inputs)),
  );
  return { shape: [outputs], data: norms };
}

function schemaOf(adapter: AdapterConfig, geometry = GEOMETRY) {
  const task = { kind: 'classification' as const, classes: ['a', 'b', 'c'] };
  return adapterSchema({ geometry, adapter, task, updateRange: 1 });
}

interface Numbers {
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, readonly number[]>;
}

/** Forward and backward for one picture. */
function compute(backbone: Backbone, config: AdapterConfig, set: TensorSet): Numbers {
  const geometry = backbone.description.geometry as VitGeometry;
  const schema = schemaOf(config, geometry);
  const adapter = createAdapter(config, geometry, schema);
  const head = createHead(schema);
  const variables = new Map([...adapter.variables, ...head.variables]);
  loadTensors(variables, schema, set);
  tf.engine().startScope();
  const x = backbone.trunk(recipePixels(SIZE), adapter.level);
  const logits = () => head.logits(backbone.features(x, adapter.level, adapter.adaptation));
  const { value, grads } = tf.variableGrads(() => {
    const likely = tf.slice(tf.logSoftmax(logits()), [0, LABEL], [1, 1]);
    return tf.neg(tf.sum(likely));
  });
  const numbers = {
    logits: [...logits().dataSync()],
    loss: value.dataSync()[0] ?? Number.NaN,
    gradients: new Map(
      [...variables].map(([name, variable]) => [
        name,
        [...(grads[variable.name]?.dataSync() ?? [])],
      ]),
    ),
  };
  tf.engine().endScope();
  disposeVariables(variables);
  return numbers;
}

interface Expected {
  readonly config: AdapterConfig;
  readonly logits: readonly number[];
  readonly loss: number;
  /** Sum and root of the sum of squares of a gradient. */
  readonly gradients: Readonly<Record<string, readonly [sum: number, norm: number]>>;
}

const EXPECTED: readonly Expected[] = [
  {
    config: { kind: 'lora', ...lowRank },
    logits: [0.31744, 0.262485, 0.028909],
    loss: 1.046684,
    gradients: {
      'blocks.0.query.lora-a': [-1.24465e-4, 1.36256e-4],
      'blocks.0.query.lora-b': [-5.56951e-4, 1.06519e-3],
      'blocks.1.value.lora-a': [-2.06184e-2, 2.316e-2],
      'blocks.1.value.lora-b': [-2.01816e-2, 8.59937e-3],
    },
  },
  {
    config: { kind: 'rslora', ...lowRank },
    logits: [0.315288, 0.255171, 0.02743],
    loss: 1.050224,
    gradients: {
      'blocks.1.value.lora-a': [-5.43278e-2, 6.07812e-2],
      'blocks.1.value.lora-b': [-4.90068e-2, 1.59729e-2],
    },
  },
  {
    config: { kind: 'dora', ...lowRank },
    logits: [0.318774, 0.267523, 0.030074],
    loss: 1.044235,
    gradients: {
      'blocks.1.value.lora-a': [-1.2426e-3, 2.22831e-3],
      'blocks.1.value.magnitude-delta': [-2.8858e-4, 3.52683e-3],
      'blocks.0.query.magnitude-delta': [1.7261e-3, 1.04256e-3],
    },
  },
];

const VECTORS = join(__dirname, '../../../tests/interop/vectors');
const IA3: AdapterConfig = {
  kind: 'ia3',
  targets: ['key', 'value', 'mlp-down'],
  feedForward: ['mlp-down'],
  blocks: BOTH,
};

/** What PEFT saved, as changes from 1 under our names. */
function savedIa3(): TensorSet {
  const saved = readSafetensors(
    readFileSync(join(VECTORS, 'adapters/vit-ia3/adapter_model.safetensors')),
  );
  const names = { key: 'attention.k_proj', value: 'attention.v_proj', 'mlp-down': 'mlp.fc2' };
  const scales = BOTH.flatMap((block) =>
    Object.entries(names).map(([target, module]): [string, Tensor] => {
      const scale = saved.get(`base_model.model.vit.layers.${block}.${module}.ia3_l`) as Tensor;
      const data = scale.data.map((value) => value - 1);
      return [`blocks.${block}.${target}.scale-delta`, { shape: [data.length], data }];
    }),
  );
  const head = (['weight', 'bias'] as const).map((part): [string, Tensor] => [
    `head.${part}`,
    saved.get(`base_model.model.classifier.${part}`) as Tensor,
  ]);
  return new Map([...scales, ...head]);
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(EXPECTED)('$config.kind gives the logits, loss and gradients of PEFT', (expected) => {
    const { config, logits, loss, gradients } = expected;
    const backbone = recipeModel(parameters, GEOMETRY, SIZE);
    const found = compute(backbone, config, recipeAdapter(config));
    backbone.dispose();
    expect(found.loss).toBeCloseTo(loss, 5);
    logits.forEach((logit, i) => expect(found.logits[i]).toBeCloseTo(logit, 5));
    for (const [name, [sum, norm]] of Object.entries(gradients)) {
      const gradient = found.gradients.get(name) ?? [];
      const ownSum = gradient.reduce((total, value) => total + value, 0);
      expect(Math.abs(ownSum - sum)).toBeLessThan(1e-3 * norm);
      expect(Math.abs(Math.hypot(...gradient) - norm)).toBeLessThan(1e-3 * norm);
    }
  });

  it('ia3 gives the logits of PEFT from the tensors that PEFT saved', async () => {
    const file = readFileSync(join(VECTORS, 'adapters/vit-ia3/expected.json'), 'utf8');
    const { adapted } = JSON.parse(file) as { readonly adapted: readonly number[] };
    const backbone = await openBackbone(join(VECTORS, 'vit-classifier'));
    const { logits } = compute(backbone, IA3, savedIa3());
    backbone.dispose();
    adapted.forEach((logit, i) => expect(logits[i]).toBeCloseTo(logit, 4));
  });
});
