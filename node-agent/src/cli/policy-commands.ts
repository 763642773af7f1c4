/** `consilium-agent policy check`, `show` and `apply`. */
import { answerLine } from '@consilium/shared/command-line';
import { readFile } from 'node:fs/promises';
import { writeDurably } from '../config/durable-file.js';
import { parsePolicyText, readPolicy, type EffectivePolicy } from '../policy/policy-file.js';
import { readArgumentFile, requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface PolicyArguments {
  readonly home?: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'bad-configuration' with every fault */
export async function policyCheckCommand(
  file: string,
  given: PolicyArguments,
  tools: CliTools,
): Promise<void> {
  const text = await readArgumentFile(file, (path) => readFile(path, 'utf8'));
  answer(parsePolicyText(text), 'the policy is sound', given, tools);
}

export async function policyShowCommand(given: PolicyArguments, tools: CliTools): Promise<void> {
  const effective = await readPolicy(requireHome(given.home, tools).policyFile);
  if (given.json === true) {
    answer(effective, '', given, tools);
    return;
  }
  tools.stdout.write(`${JSON.stringify(effective.policy, undefined, 2)}\n${effective.hash}\n`);
}

/** A running agent takes it up at once. @throws ConsiliumError 'bad-configuration' with every fault; then nothing changes */
export async function policyApplyCommand(
  file: string,
  given: PolicyArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const text = await readArgumentFile(file, (path) => readFile(path, 'utf8'));
  const effective = parsePolicyText(text);
  await writeDurably(home.policyFile, text);
  answer(effective, 'the policy holds from now on', given, tools);
}

function answer(
  { policy, hash }: EffectivePolicy,
  words: string,
  { json }: PolicyArguments,
  { stdout }: CliTools,
): void {
  stdout.write(json === true ? answerLine({ policy, policyHash: hash }) : `${words}: ${hash}\n`);
}
