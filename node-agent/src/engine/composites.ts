/**
 * Layer normalisation and GELU as kernels of their own, composed of tfjs operations, for backends that bring none: tfjs keeps
 * nothing of what a kernel computes inside, so a gradient holds three tensors where a tape of single operations would hold ten.
 * What they compute and their names are those of the onnxruntime backend, which has each as one node.
 */
import * as tf from '@tensorflow/tfjs-core';

const ONE_OVER_ROOT_2PI = 1 / Math.sqrt(2 * Math.PI);

type Inputs<Name extends string> = Readonly<Record<Name, tf.Tensor>>;

const COMPOSITES: Readonly<Record<string, tf.KernelFunc>> = {
  LayerNorm: ({ inputs, attrs }) =>
    tf.tidy(() => {
      const { x, gamma, beta } = inputs as Inputs<'x' | 'gamma' | 'beta'>;
      const mean = tf.mean(x, -1, true);
      const centred = tf.sub(x, mean);
      const variance = tf.mean(tf.square(centred), -1, true);
      const inverse = tf.rsqrt(tf.add(variance, attrs?.['epsilon'] as number));
      return [tf.add(tf.mul(tf.mul(centred, inverse), gamma), beta), mean, inverse];
    }),
  LayerNormGrad: ({ inputs }) =>
    tf.tidy(() => {
      const { dy, x, gamma, mean, inverse } = inputs as Inputs<
        'dy' | 'x' | 'gamma' | 'mean' | 'inverse'
      >;
      const normal = tf.mul(tf.sub(x, mean), inverse);
      const slope = tf.mul(dy, gamma);
      const along = tf.mean(tf.mul(slope, normal), -1, true);
      const level = tf.mean(slope, -1, true);
      return tf.mul(tf.sub(tf.sub(slope, level), tf.mul(normal, along)), inverse);
    }),
  Gelu: ({ inputs }) =>
    tf.tidy(() => {
      const { x } = inputs as Inputs<'x'>;
      return tf.mul(x, cumulative(x));
    }),
  GeluGrad: ({ inputs }) =>
    tf.tidy(() => {
      const { dy, x } = inputs as Inputs<'dy' | 'x'>;
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), ONE_OVER_ROOT_2PI);
      return tf.mul(dy, tf.add(cumulative(x), tf.mul(x, density)));
    }),
};

/** Gives a backend those of the composites that it lacks; call after its own kernels are registered. */
export function registerComposites(backendName: string): void {
  for (const [kernelName, kernelFunc] of Object.entries(COMPOSITES)) {
    if (tf.getKernel(kernelName, backendName) === undefined) {
      tf.registerKernel({ kernelName, backendName, kernelFunc });
    }
  }
}

/** Phi, the distribution function of the standard normal distribution. */
function cumulative(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}
