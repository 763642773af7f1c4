/** Files that may be gone. */
import { systemCode } from '../config/durable-file.js';

/** What a file operation gives, or `otherwise` where there is no such file. */
export async function unlessMissing<T, U>(operation: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await operation;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return otherwise;
    }
    throw error;
  }
}
