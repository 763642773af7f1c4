/** adapter_config.json for LoRA, rsLoRA, DoRA and (IA)3. Holds the keys that every release reads; PEFT warns of keys it does not know. */
import type { LowRankConfig } from '@consilium/shared/protocol';
import type { LowRankModule, ModuleAdapter, PeftConfig, ScaleModule } from './module-adapter.js';

export interface ConfigSources {
  readonly config: PeftConfig;
  /** Of every generation of names. */
  readonly modules: readonly ModuleAdapter[];
  /** Modules that are kept whole: the classifier. */
  readonly saved: readonly string[];
  /** Where the base can be found, if that is public knowledge. */
  readonly base?: string;
}

/** The file's text. Modules are named by whole paths, so that no other module is wrapped by mistake. */
export function peftConfigJson(sources: ConfigSources): string {
  const { config, modules, saved, base } = sources;
  const common = {
    auto_mapping: null,
    base_model_name_or_path: base ?? null,
    inference_mode: true,
    modules_to_save: saved.length === 0 ? null : saved,
    revision: null,
    target_modules: modules.map(({ module }) => module),
    task_type: null,
  };
  const own =
    config.kind === 'ia3'
      ? scaleFields(modules.filter((module) => module.kind === 'scale'))
      : lowRankFields(
          config,
          modules.filter((module) => module.kind === 'low-rank'),
        );
  return `${JSON.stringify({ ...own, ...common }, undefined, 2)}\n`;
}

function scaleFields(modules: readonly ScaleModule[]) {
  return {
    peft_type: 'IA3',
    fan_in_fan_out: false,
    feedforward_modules: modules.filter(({ onInput }) => onInput).map(({ module }) => module),
    init_ia3_weights: true,
  };
}

/** The first module gives rank and alpha, patterns name those that differ. */
function lowRankFields({ kind }: LowRankConfig, modules: readonly LowRankModule[]) {
  const rank = modules[0]?.rank ?? 1;
  const alpha = modules[0]?.alpha ?? 1;
  const ranks = modules.filter((module) => module.rank !== rank);
  const alphas = modules.filter((module) => module.alpha !== alpha);
  return {
    peft_type: 'LORA',
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    use_dora: kind === 'dora',
    use_rslora: kind === 'rslora',
    rank_pattern: patterns(ranks, (module) => module.rank),
    alpha_pattern: patterns(alphas, (module) => module.alpha),
  };
}

/**
 * One pattern for all paths of a layer: PEFT reads keys as regular expressions and warns of one that no module fits, as the
 * path of another generation would be.
 */
function patterns(
  modules: readonly LowRankModule[],
  valueOf: (module: LowRankModule) => number,
): Record<string, number> {
  const layers = [...new Set(modules.map(({ layer }) => layer))];
  return Object.fromEntries(
    layers.map((layer) => {
      const same = modules.filter((module) => module.layer === layer);
      const paths = same.map(({ module }) => module.replaceAll('.', String.raw`\.`));
      return [paths.join('|'), valueOf(same[0] as LowRankModule)];
    }),
  );
}
