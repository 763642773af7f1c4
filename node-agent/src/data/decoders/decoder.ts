/** What every decoder turns a file into, and how it says that it cannot. */
import type { DatasetRule } from '../../trainer-link/messages.js';

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** Row-major, three bytes a pixel. */
  readonly data: Uint8Array;
}

export type Decoded =
  | { readonly kind: 'image'; readonly image: RgbImage }
  | {
      readonly kind: 'refused';
      readonly rule: Extract<DatasetRule, 'not-an-image' | 'truncated-image' | 'image-too-large'>;
    };
