/**
 * What the catalogue says of a model: where it comes from, what is computed, how pictures enter, and what its licence asks.
 * The catalogue holds no weights: a hospital brings its own file, and the catalogue helps to tell what it is.
 */
import type { BackboneGeometry, Preprocessing } from '../protocol/index.js';

/** What the model was trained on. */
export const FIELDS = ['pathology', 'radiology', 'ophthalmology', 'several', 'general'] as const;
export type Field = (typeof FIELDS)[number];

/** `conditions`: the licence says which; its clause is named beside it. */
export type Permission = 'allowed' | 'conditions' | 'forbidden';

export interface Licence {
  readonly name: string;
  /** Identifier of the SPDX list; absent for a licence of the publisher's own. */
  readonly spdx?: string;
  readonly commercialUse: Permission;
  /** Whether weights derived from the model may be passed on, as an exported adapter or merged model may be. */
  readonly derivatives: Permission;
  /** The clause on derived works, by its number or name, in our words. */
  readonly clause: string;
}

/** The parts of an entry that may rest on memory rather than on the publisher's own files. */
export type Fact = 'geometry' | 'preprocessing' | 'licence' | 'repositories';

export interface CatalogueModel {
  /** As a study's backbone and agent.yaml name it. */
  readonly id: string;
  readonly title: string;
  readonly field: Field;
  /** `owner/name` on the Hugging Face Hub, the publisher's own first. */
  readonly repositories: readonly string[];
  /** With the family's own feature: `geometry.pool`. */
  readonly geometry: BackboneGeometry;
  readonly preprocessing: Preprocessing;
  readonly licence: Licence;
  /** Whether the publisher hands the file out only after its terms were accepted. */
  readonly gated: boolean;
  /** What a hospital accepts and therefore records; absent where nothing is to be accepted. */
  readonly consent?: string;
  /** Where the facts were read. */
  readonly source: string;
  /** Facts from memory, to be compared with the publisher's files before they are relied on. */
  readonly unverified: readonly Fact[];
}

/** A model that is known and cannot be a backbone here. */
export interface UnsupportedModel {
  readonly title: string;
  readonly field: Field;
  readonly repositories: readonly string[];
  /** `model_type` of config.json, where that alone tells the architecture. */
  readonly modelTypes: readonly string[];
  /** One sentence. */
  readonly reason: string;
}
