/**
 * A model as a Python library builds it: where its linear layers lie in the tree of modules, by which PEFT names an adapter's
 * tensors, and whether its classifier reads the feature that our head reads.
 */
import type { LinearAddress } from '../../backbones/backbone.js';

/** A linear layer of a block inside a module; a module may hold several, one after the other along its rows. */
export interface ModulePlace {
  /** Path from the class that is loaded, such as `vit.layers.0.attention.q_proj`. */
  readonly module: string;
  readonly part: number;
  readonly parts: number;
}

/** The paths of one generation of a library: transformers 5 renamed modules, and PEFT writes the names it finds in memory. */
export interface NameGeneration {
  /** As it stands in messages, such as `transformers 5`. */
  readonly title: string;
  /** @returns why PEFT cannot wrap the layer, where it cannot */
  place(at: LinearAddress): ModulePlace | { readonly refusal: string };
}

/** What the classifier of the class reads. */
export type ClassifierInput =
  /** The feature itself. */
  | 'feature'
  /** Class token and mean of the patches, one after the other: a head on one of them gets zeros for the other. */
  | 'class-and-mean';

export type HeadPlace =
  | { readonly kind: 'classifier'; readonly module: string; readonly input: ClassifierInput }
  /** The class has no classifier for this feature; the head lies in a file of its own. */
  | { readonly kind: 'apart'; readonly reason: string };

/** Lines of Python for the model card. */
export interface PythonLoading {
  readonly imports: readonly string[];
  /** Statements that set `model`, built from a folder. @param folder a Python expression @param classes of the classifier */
  model(folder: string, classes: number): readonly string[];
  /** Statements that set `feature` from `model` and `pixels`, where the head lies apart. */
  readonly feature?: readonly string[];
}

export interface LibraryModel {
  readonly library: 'transformers' | 'timm' | 'open_clip' | 'dinov2' | 'segment_anything';
  /** The class or function that builds the model. */
  readonly className: string;
  /** What stands before the backbone's tensors in a file of this class. */
  readonly prefix: string;
  /** Tensors beside the backbone's that the class has too, by their names in a file of the base. */
  readonly keeps: RegExp;
  /** Newest first. */
  readonly generations: readonly NameGeneration[];
  readonly head: HeadPlace;
  readonly python: PythonLoading;
}

/** A layer that a module holds alone. */
export function whole(module: string): ModulePlace {
  return { module, part: 0, parts: 1 };
}
