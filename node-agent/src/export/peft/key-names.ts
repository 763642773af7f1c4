/** Names of tensors in adapter_model.safetensors, as PEFT 0.21 writes and reads them (peft/utils/save_and_load.py). */

/** What wraps the model: PeftModel holds it as `base_model.model`. */
export const KEY_PREFIX = 'base_model.model.';

export const LORA_A = '.lora_A.weight';
export const LORA_B = '.lora_B.weight';
export const MAGNITUDE = '.lora_magnitude_vector';
export const IA3_SCALE = '.ia3_l';

export const CONFIG_FILE = 'adapter_config.json';
export const WEIGHTS_FILE = 'adapter_model.safetensors';
/** The head, where the library's class has no classifier for it: `weight` and `bias`. */
export const HEAD_FILE = 'head.safetensors';
