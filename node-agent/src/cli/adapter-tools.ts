/** What the commands on adapters use of the export layer, which they do not import: main.ts hands it in. */
import type { AdapterConfig, Pool, StudyProtocol } from '@consilium/shared/protocol';
import type { Tensor, TensorSet } from '@consilium/shared/tensors';

export const EXPORT_FORMATS = ['peft', 'merged'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface AdapterToExport {
  readonly protocol: StudyProtocol;
  /** The adapter checkpoint. */
  readonly tensors: TensorSet;
  readonly backboneFolder: string;
  readonly format: ExportFormat;
  readonly out: string;
  /** Id of the catalogue. */
  readonly model?: string;
  /** Figures for the model card. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface ExportedAdapter {
  readonly files: readonly string[];
  readonly library: string;
  readonly className: string;
  readonly notes: readonly string[];
}

export interface ImportedAdapter {
  readonly adapter: AdapterConfig;
  readonly tensors: TensorSet;
  readonly head?: { readonly weight: Tensor; readonly bias: Tensor };
  readonly pool?: Pool;
  readonly notes: readonly string[];
}

export interface InspectedAdapter {
  readonly kind: string;
  readonly modules: readonly string[];
  readonly ranks: readonly {
    readonly rank: number;
    readonly alpha: number;
    readonly modules: number;
  }[];
  readonly parameters: number;
  readonly saved: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export interface AdapterTools {
  readonly exportAdapter: (request: AdapterToExport) => Promise<ExportedAdapter>;
  readonly importAdapter: (peft: string, backbone: string) => Promise<ImportedAdapter>;
  readonly inspectAdapter: (folder: string) => Promise<InspectedAdapter>;
}
