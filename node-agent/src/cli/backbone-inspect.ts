/** `consilium-agent backbone inspect`: what a backbone folder holds, as a study file needs it. */
import { resolve } from 'node:path';
import type { CliTools } from './cli-tools.js';

/** @throws ConsiliumError 'bad-backbone' naming the tensor or file that is wrong */
export async function backboneInspectCommand(
  folder: string,
  given: { readonly json?: boolean },
  { describeBackbone, stdout }: CliTools,
): Promise<void> {
  const description = await describeBackbone(resolve(folder));
  if (given.json === true) {
    stdout.write(`${JSON.stringify(description)}\n`);
    return;
  }
  const { hash, geometry, preprocessing, parameters } = description;
  const { layers, hiddenSize, heads, patchSize } = geometry;
  stdout.write(
    `${hash}\n` +
      `${geometry.layout}: ${layers} blocks of ${hiddenSize} with ${heads} heads, ${parameters} parameters\n` +
      `images: ${preprocessing.size} pixels, patches of ${patchSize}\n`,
  );
}
