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

let registered = false;

/** Registers every gradient once for this process; they hold for all backends. */
export function registerGradients(): void {
  if (registered) {
    return;
  }
  registered = true;
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
