/** Lists of the coordinator's answers. */
import type { Form } from './client.js';

export function listOf<T>(form: Form<T>): Form<T[]> {
  return {
    parse: (value) => {
      if (!Array.isArray(value)) {
        throw new TypeError('expected a list');
      }
      return value.map((item) => form.parse(item));
    },
  };
}
