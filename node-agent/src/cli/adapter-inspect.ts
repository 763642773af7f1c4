/** `consilium-agent adapter inspect`: what a folder of PEFT holds. */
import { answerLine } from '@consilium/shared/command-line';
import { resolve } from 'node:path';
import type { InspectedAdapter } from './adapter-tools.js';
import type { CliTools } from './cli-tools.js';

const MOST_MODULES = 12;

/** @throws ConsiliumError 'not-found', 'bad-request', 'bad-safetensors', 'bad-tensor-schema' */
export async function adapterInspectCommand(
  folder: string,
  given: { readonly json?: boolean },
  { inspectAdapter, stdout }: CliTools,
): Promise<void> {
  const inspected = await inspectAdapter(resolve(folder));
  stdout.write(given.json === true ? answerLine(inspected) : describe(inspected));
}

function describe({ kind, modules, ranks, parameters, saved }: InspectedAdapter): string {
  const more = modules.length > MOST_MODULES ? [`  and ${modules.length - MOST_MODULES} more`] : [];
  return [
    `${kind}: ${modules.length} modules, ${parameters} numbers`,
    ...ranks.map(
      ({ rank, alpha, modules: count }) => `rank ${rank}, alpha ${alpha}: ${count} modules`,
    ),
    ...modules.slice(0, MOST_MODULES).map((module) => `  ${module}`),
    ...more,
    ...saved.map(({ name, shape }) => `${name} [${shape.join(', ')}]`),
    '',
  ].join('\n');
}
