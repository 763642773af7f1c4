/**
 * Gradients for tfjs-core, whose Node build comes without any; the union package that would bring them brings a browser
 * stack with it. One table a subject; a kernel without an entry makes tfjs say "Cannot compute gradient" with its name.
 */
import * as tf from '@tensorflow/tfjs-core';
import { arithmeticGradients } from './arithmetic.js';
import { compositeGradients } from './composites.js';
import { functionGradients } from './functions.js';
import { productGradients } from './products.js';
import { shapeGradients } from './shapes.js';

/** Registers every gradient, in the place of any other of its kernel; they hold for all backends of this process. */
export function registerGradients(): void {
  const tables = [
    arithmeticGradients,
    compositeGradients,
    functionGradients,
    productGradients,
    shapeGradients,
  ];
  for (const gradient of tables.flat()) {
    tf.registerGradient(gradient);
  }
}
