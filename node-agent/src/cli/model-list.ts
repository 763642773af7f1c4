/** `consilium-agent model list`: the models of the catalogue, as a table of at most 100 columns or as JSON. */
import { answerLine } from '@consilium/shared/command-line';
import {
  CATALOGUE,
  FIELDS,
  parameterCount,
  type CatalogueModel,
} from '@consilium/shared/catalogue';
import { featureSize, inputSize } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { CliTools } from './cli-tools.js';

export interface ModelListArguments {
  readonly field?: string;
  readonly json?: boolean;
}

const HEADINGS = ['MODEL', 'FIELD', 'SIZE', 'FEATURE', 'PICTURE', 'LICENCE', 'FILE'];
const NOTE =
  'SIZE in million parameters. FILE: open, or handed out once its terms are accepted; "?" where a part\n' +
  'of the entry is from memory: compare with the page of the publisher before you rely on it.\n';

/** @throws ConsiliumError 'bad-request' for a field that the catalogue lacks */
export function modelListCommand({ field, json }: ModelListArguments, { stdout }: CliTools): void {
  if (field !== undefined && !FIELDS.some((known) => known === field)) {
    throw new ConsiliumError('bad-request', `--field must be one of ${FIELDS.join(', ')}`);
  }
  const models = CATALOGUE.filter((model) => field === undefined || model.field === field);
  stdout.write(json === true ? answerLine(models.map(asJson)) : modelTable(models));
}

function asJson(model: CatalogueModel) {
  const { geometry } = model;
  return { ...model, parameters: parameterCount(geometry), featureSize: featureSize(geometry) };
}

function modelTable(models: readonly CatalogueModel[]): string {
  const rows = [HEADINGS, ...models.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n${NOTE}`;
}

function cellsOf({
  id,
  field,
  geometry,
  preprocessing,
  licence,
  gated,
  unverified,
}: CatalogueModel) {
  return [
    id,
    field,
    (parameterCount(geometry) / 1e6).toFixed(0),
    String(featureSize(geometry)),
    String(inputSize(preprocessing).height),
    licence.spdx ?? 'own terms',
    `${gated ? 'on terms' : 'open'}${unverified.length > 0 ? ' ?' : ''}`,
  ];
}
