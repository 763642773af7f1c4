/**
 * Features and tokens of transformers 5.18.0 (torch 2.13, eager attention, float32) for models filled by the recipe: models of
 * two blocks, hidden size 12, two heads, mlp 24, pictures of 32 pixels and patches of 8.
 */
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { huggingFaceVit } from '../layouts/hugging-face-vit.js';
import { recipeModel, recipeParameters, recipePixels } from '../testing/recipe.js';

const CONFIG = {
  model_type: 'vit',
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 24,
  image_size: 32,
  patch_size: 8,
};

const CASES = [
  [{ height: 32, width: 32 }, [0.883855, -0.01931, -1.365064, -0.476048]],
  [{ height: 48, width: 40 }, [0.84643, -0.000057, -1.352229, -0.494468]],
] as const;

describe.each(BACKENDS)('a vit on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(CASES)('gives the class token of transformers at %j', (size, wanted) => {
    const geometry = huggingFaceVit.geometry({ config: CONFIG }, []);
    const others = ['pooler.dense.weight', 'pooler.dense.bias'];
    const model = recipeModel(recipeParameters(huggingFaceVit, geometry, others), geometry, size);
    const found = model.trunk(recipePixels(size), model.blocks).dataSync();
    wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
    model.dispose();
  });
});
