/** `consilium-agent adapter export`: what a study trained, as a folder that Python opens. */
import { answerLine } from '@consilium/shared/command-line';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { requireModel } from '@consilium/shared/catalogue';
import { parseJson } from '@consilium/shared/encoding';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { inSchemaOrder, readSafetensors, requireFinite } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { requireSchema } from '../participation/acceptance.js';
import { EXPORT_FORMATS, type ExportedAdapter, type ExportFormat } from './adapter-tools.js';
import { readArgumentFile, readProtocolFile, requireArgument } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { readFinishedStudy } from './finished-study.js';

export interface AdapterExportArguments {
  /** A study that this site finished; else protocol, adapter and backbone are named. */
  readonly study?: string;
  readonly home?: string;
  readonly protocol?: string;
  readonly adapter?: string;
  readonly backbone?: string;
  readonly format: string;
  readonly out: string;
  /** Id of the catalogue, where neither the study nor the folder's own files name the base. */
  readonly model?: string;
  /** JSON file with figures for the model card. */
  readonly metrics?: string;
  readonly json?: boolean;
}

const metricsSchema = z.record(z.string().min(1).max(100), z.number());
const METRICS_BYTES = 64 * 1024;

/** @throws ConsiliumError 'bad-request', 'licence-forbids-sharing' by the base's licence, 'bad-backbone', 'bad-tensor-schema', 'conflict' */
export async function adapterExportCommand(
  given: AdapterExportArguments,
  tools: CliTools,
): Promise<void> {
  const format = requireArgument<ExportFormat>(z.enum(EXPORT_FORMATS), given.format, '--format');
  const { protocol, bytes, backbone } = await sourcesOf(given, tools);
  const tensors = inSchemaOrder(requireSchema(protocol), readSafetensors(bytes));
  requireFinite(tensors);
  const out = resolve(given.out);
  const metrics = given.metrics === undefined ? undefined : await readMetrics(given.metrics);
  const exported = await tools.exportAdapter({
    ...{ protocol, tensors, format, out },
    backboneFolder: resolve(backbone),
    ...(given.model === undefined ? {} : { model: requireModel(given.model).id }),
    ...(metrics === undefined ? {} : { metrics }),
  });
  tools.stdout.write(
    given.json === true
      ? answerLine({ study: protocol.studyId, format, folder: out, ...exported })
      : describe(out, exported),
  );
}

interface ExportSources {
  readonly protocol: StudyProtocol;
  /** Of the adapter checkpoint. */
  readonly bytes: Uint8Array;
  readonly backbone: string;
}

async function sourcesOf(given: AdapterExportArguments, tools: CliTools): Promise<ExportSources> {
  const { study, protocol, adapter, backbone } = given;
  if (study !== undefined) {
    if (protocol !== undefined || adapter !== undefined) {
      throw new ConsiliumError('bad-request', 'name either --study or --protocol and --adapter');
    }
    const finished = await readFinishedStudy(study, given.home, tools);
    return { ...finished, backbone: backbone ?? finished.backbone };
  }
  if (protocol === undefined || adapter === undefined || backbone === undefined) {
    throw new ConsiliumError(
      'bad-request',
      'name a study that this site finished, --study ID, or --protocol FILE, --adapter FILE and --backbone FOLDER',
    );
  }
  return {
    protocol: await readProtocolFile(protocol),
    bytes: await readArgumentFile(resolve(adapter), (path) => readFile(path)),
    backbone,
  };
}

async function readMetrics(file: string): Promise<Readonly<Record<string, number>>> {
  const text = await readArgumentFile(resolve(file), (path) => readFile(path, 'utf8'));
  const result = metricsSchema.safeParse(parseJson(text, { maxBytes: METRICS_BYTES }));
  if (!result.success) {
    throw new ConsiliumError(
      'bad-request',
      `--metrics ${file} must be one JSON object of names and numbers`,
    );
  }
  return result.data;
}

function describe(out: string, { files, library, className, notes }: ExportedAdapter): string {
  const lines = [
    `${out}: ${files.join(', ')}`,
    `opens with ${library}: ${className}; README.md says how`,
    ...notes,
  ];
  return `${lines.join('\n')}\n`;
}
