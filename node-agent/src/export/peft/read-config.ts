/** adapter_config.json as PEFT writes it: what of it changes the numbers, and a refusal of what we cannot compute. */
import { z } from 'zod';
import type { LowRankConfig } from '@consilium/shared/protocol';
import { refused, requireKnownFields, shown } from './config-fields.js';

/** A list of names or ends of paths, or one regular expression over the whole path. */
const modules = z.union([
  z.string().min(1).max(10_000),
  z.array(z.string().min(1).max(1000)).max(100_000),
]);
type Modules = z.infer<typeof modules>;

const names = z.array(z.string().min(1).max(1000)).max(1000);
const rank = z.int().min(1);
const alpha = z.number().positive().finite();

const common = {
  target_modules: modules,
  exclude_modules: modules.nullish(),
  modules_to_save: names.nullish(),
  fan_in_fan_out: z.boolean().nullish(),
};

const loraSchema = z.looseObject({
  ...common,
  peft_type: z.literal('LORA'),
  r: rank.default(8),
  lora_alpha: alpha.default(8),
  rank_pattern: z.record(z.string(), rank).nullish(),
  alpha_pattern: z.record(z.string(), alpha).nullish(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  bias: z.string().nullish(),
  lora_bias: z.boolean().nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
});
type LoraFile = z.infer<typeof loraSchema>;

const ia3Schema = z.looseObject({
  ...common,
  peft_type: z.literal('IA3'),
  feedforward_modules: modules.nullish(),
});

/** These change the base's weights as they start, so that the adapter does not belong to the base as published. */
const CHANGES_BASE = /^(pissa|olora|loftq|corda|lora_ga)/i;

interface Described {
  readonly isTarget: (module: string, block: number) => boolean;
  readonly saved: readonly string[];
}

export interface LowRankDescription extends Described {
  readonly kind: LowRankConfig['kind'];
  readonly rankOf: (module: string) => number;
  readonly alphaOf: (module: string) => number;
}

export interface ScaleDescription extends Described {
  readonly kind: 'ia3';
  readonly isFeedForward: (module: string) => boolean;
}

export type PeftDescription = LowRankDescription | ScaleDescription;

/**
 * @param json the parsed file
 * @throws ConsiliumError 'bad-request' naming the field that is wrong or not supported
 */
export function describePeftConfig(json: unknown): PeftDescription {
  const type = z.looseObject({ peft_type: z.string() }).safeParse(json);
  if (!type.success) {
    throw refused('peft_type is missing');
  }
  switch (type.data.peft_type) {
    case 'LORA':
      return describeLora(parse(loraSchema, json));
    case 'IA3':
      return describeIa3(parse(ia3Schema, json));
    default:
      throw refused(`peft_type ${shown(type.data.peft_type)} is not supported; LORA and IA3 are`);
  }
}

function describeLora(file: LoraFile): LowRankDescription {
  requireSupported(file);
  requireKnownFields(file, Object.keys(loraSchema.shape));
  const { r, lora_alpha, rank_pattern, alpha_pattern } = file;
  return {
    ...targets(file),
    kind: file.use_dora === true ? 'dora' : file.use_rslora === true ? 'rslora' : 'lora',
    rankOf: (module) => patternValue(rank_pattern, module) ?? r,
    alphaOf: (module) => patternValue(alpha_pattern, module) ?? lora_alpha,
  };
}

function describeIa3(file: z.infer<typeof ia3Schema>): ScaleDescription {
  requireStraight(file.fan_in_fan_out);
  requireKnownFields(file, Object.keys(ia3Schema.shape));
  const { feedforward_modules } = file;
  return {
    ...targets(file),
    kind: 'ia3',
    isFeedForward: (module) => feedforward_modules != null && matches(feedforward_modules, module),
  };
}

function requireSupported(file: LoraFile): void {
  requireStraight(file.fan_in_fan_out);
  if (file.use_dora === true && file.use_rslora === true) {
    throw refused(
      'use_dora and use_rslora together are not supported: DoRA here scales by alpha / r',
    );
  }
  if ((file.bias ?? 'none') !== 'none') {
    throw refused(`bias ${shown(file.bias)} is not supported: only none is`);
  }
  if (file.lora_bias === true) {
    throw refused('lora_bias is not supported: the factors have no bias here');
  }
  const { init_lora_weights: init } = file;
  if (typeof init === 'string' && CHANGES_BASE.test(init)) {
    throw refused(
      `init_lora_weights ${shown(init)} changes the base's weights; convert the adapter to plain LoRA with PEFT first (path_initial_model_for_weight_conversion)`,
    );
  }
}

function requireStraight(fanInFanOut: boolean | null | undefined): void {
  if (fanInFanOut === true) {
    throw refused(
      'fan_in_fan_out is true, but weights of vision transformers are stored [out, in]',
    );
  }
}

function targets(file: {
  readonly target_modules: Modules;
  readonly exclude_modules?: Modules | null | undefined;
  readonly modules_to_save?: readonly string[] | null | undefined;
  readonly layers_to_transform?: number | number[] | null | undefined;
}): Described {
  const { target_modules, exclude_modules, modules_to_save, layers_to_transform: layers } = file;
  const named = layers == null ? [] : [layers].flat();
  const blocks = named.length === 0 ? undefined : named;
  return {
    saved: modules_to_save ?? [],
    isTarget: (module, block) =>
      matches(target_modules, module) &&
      !(exclude_modules != null && matches(exclude_modules, module)) &&
      (blocks === undefined || blocks.includes(block)),
  };
}

/** As PEFT matches: a name or the end of a path after a dot; a text is one regular expression, or all linear layers. */
function matches(wanted: Modules, module: string): boolean {
  if (typeof wanted !== 'string') {
    return wanted.some((name) => module === name || module.endsWith(`.${name}`));
  }
  return wanted === 'all-linear' || regex(`^(?:${wanted})$`).test(module);
}

/** Keys are regular expressions for a path or its end after a dot; the first that fits counts (PEFT, get_pattern_key). */
function patternValue(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
): number | undefined {
  const found = Object.entries(patterns ?? {}).find(([pattern]) =>
    regex(`^(?:.*\\.)?(?:${pattern})$`).test(module),
  );
  return found?.[1];
}

/** A repeated group, or many repetitions in a row, may take longer than anyone waits to find that nothing fits. */
const REPEATED_GROUP = /\)\s*[*+{]/;
const REPETITION = /[*+{]/g;
const MOST_REPETITIONS = 6;

function regex(source: string): RegExp {
  const repetitions = source.match(REPETITION)?.length ?? 0;
  if (REPEATED_GROUP.test(source) || repetitions > MOST_REPETITIONS) {
    throw refused('a pattern of module names repeats too much to be tried: name the modules');
  }
  try {
    return new RegExp(source);
  } catch {
    throw refused('a module name or pattern is no regular expression that can be read');
  }
}

function parse<T extends z.ZodType>(schema: T, json: unknown): z.output<T> {
  const result = schema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw refused(faults.slice(0, 10).join('; '));
  }
  return result.data;
}
