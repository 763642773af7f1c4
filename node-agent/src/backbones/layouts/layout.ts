/**
 * A layout: how one library describes a model beside its weights and names its tensors. A layout is data; what is computed
 * follows from the geometry alone.
 */
import type { BackboneGeometry, ParameterSpec } from '@consilium/shared/protocol';

/** The JSON files beside the weights, parsed; a file that is not there is undefined. */
export interface ModelFiles {
  /** config.json: transformers and timm. */
  readonly config?: unknown;
  /** open_clip_config.json */
  readonly openClipConfig?: unknown;
}

/** A tensor of a weight file: name and shape, without its values. */
export interface TensorHeading {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Where a parameter lies. */
export interface ParameterPlace extends ParameterSpec {
  /** The tensor that holds it, its name without any prefix; it has as many values as the parameter, or `parts` times as many. */
  readonly tensor: TensorHeading;
  /** Where one tensor holds several parameters, one after the other along its first axis: which part this is. */
  readonly part?: { readonly index: number; readonly parts: number };
  /** Where the file holds the matrix of a linear layer as [in, out] (CLIP's projection). Never together with `part`. */
  readonly transposed?: true;
}

export interface Layout {
  /** As `consilium-agent model inspect` prints it, such as `transformers dinov2`. */
  readonly title: string;
  /** Whether the files describe a model of this layout; where a library writes no description, the tensors' names decide. */
  recognises(files: ModelFiles, tensors: readonly TensorHeading[]): boolean;
  /** @throws ConsiliumError 'bad-backbone' naming every key that is missing or not supported */
  geometry(files: ModelFiles, tensors: readonly TensorHeading[]): BackboneGeometry;
  /** What may stand before every name: '' for a bare model, `vit.` inside a classifier. Tried in this order. */
  readonly prefixes: readonly string[];
  /** A tensor's name, without prefix, as `places` spells it: for names that differ between writers of one library. */
  readonly spelling?: (name: string) => string;
  /** Tensors, by name without prefix in that spelling, that are no part of the backbone: classifiers, decoders, mask tokens, text towers. */
  readonly ignored: RegExp;
  /** One place for each parameter of the shared list, in its order. */
  places(geometry: BackboneGeometry): readonly ParameterPlace[];
}
