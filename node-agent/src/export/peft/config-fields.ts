/**
 * The fields of adapter_config.json that are not read: those that change no number of a trained adapter, those of methods that
 * are not computed here, and any other that is set, which may be of a method that is not known yet (PEFT 0.21, LoraConfig and
 * IA3Config).
 */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CONFIG_FILE } from './key-names.js';

/** They tell where the adapter comes from, how it was trained or first drawn, or in which program it ran. */
const HARMLESS: ReadonlySet<string> = new Set([
  'auto_mapping',
  'base_model_name_or_path',
  'corda_config',
  'ensure_weight_tying',
  'eva_config',
  'inference_mode',
  'init_ia3_weights',
  'layers_pattern',
  'loftq_config',
  'lora_dropout',
  'lora_ga_config',
  'megatron_core',
  'merge_weights',
  'peft_version',
  'qalora_group_size',
  'revision',
  'runtime_config',
  'task_type',
]);

/** Fields that make PEFT compute something else than s B A, or train something else as well; what they stand for. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['alora_invocation_tokens', 'activated LoRA'],
  ['arrow_config', 'Arrow routing'],
  ['enable_lora', 'LoRA of some parts of a fused layer'],
  ['kasa_config', 'KaSA'],
  ['layer_replication', 'replicated layers'],
  ['megatron_config', 'the parallel layers of Megatron'],
  ['monteclora_config', 'MonteCLoRA'],
  ['target_parameters', 'adapted parameters that are no linear layers'],
  ['trainable_token_indices', 'trained embedding tokens'],
  ['use_bdlora', 'block-diagonal LoRA'],
  ['use_qalora', 'QALoRA'],
  ['velora_config', 'VeLoRA'],
]);

/**
 * @param read names of the fields that are read elsewhere
 * @throws ConsiliumError 'bad-request' naming a field that is set and neither read nor known to change nothing
 */
export function requireKnownFields(
  file: Readonly<Record<string, unknown>>,
  read: readonly string[],
): void {
  for (const [field, value] of Object.entries(file)) {
    if (!isSet(value) || read.includes(field) || HARMLESS.has(field)) {
      continue;
    }
    const what = UNSUPPORTED.get(field);
    throw refused(
      what === undefined
        ? `${shown(field)} is set, a field that is not known here, so what it changes cannot be computed; remove it if it changes nothing`
        : `${field} is set: ${what} are not supported`,
    );
  }
}

/** As Python takes a value for true. */
function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length > 0;
  }
  return Boolean(value);
}

/** What a stranger's file says, short enough for a message. */
export function shown(text: string | null | undefined): string {
  return (text ?? '').replace(/[^\w .:-]/g, '?').slice(0, 60);
}

/** An error about the file. */
export function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-request', `${CONFIG_FILE}: ${fault}`);
}
