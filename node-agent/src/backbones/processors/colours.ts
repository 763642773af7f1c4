/** The means and deviations of colours that libraries name. */

export interface Colours {
  /** Of channels from 0 to 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export const IMAGENET: Colours = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** transformers calls it IMAGENET_STANDARD. */
export const HALF: Colours = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

export const OPENAI_CLIP: Colours = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};
