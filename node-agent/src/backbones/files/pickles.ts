/** Pickles, in which PyTorch keeps weights by habit: they run code when they are opened, so they never are. */

const PICKLE_NAME = /\.(bin|pth|pt|ckpt|pkl|pickle|tar)$/i;

/** Others are not put into a command that somebody may paste. */
const PLAIN_NAME = /^[\w. -]{1,128}$/;

/** Bytes that isPickle wants to see. */
export const PICKLE_HEAD_BYTES = 8;

export function hasPickleName(file: string): boolean {
  return PICKLE_NAME.test(file);
}

/**
 * A zip archive (torch.save since 1.6, TorchScript) or a pickle of protocol 2 to 5.
 * @param head the first eight bytes of a file, or fewer where it is shorter
 */
export function isPickle(head: Uint8Array): boolean {
  const [first = 0, second = 0, third, fourth] = head;
  const isZip = first === 0x50 && second === 0x4b && third === 3 && fourth === 4;
  // A safetensors file begins with a length below 2^24 in 8 bytes, so its bytes 3 to 7 are zero.
  const isProtocol = first === 0x80 && second >= 2 && second <= 5;
  return isZip || (isProtocol && head.subarray(3, PICKLE_HEAD_BYTES).some((byte) => byte !== 0));
}

/**
 * How the owner of the file turns it into safetensors: `weights_only` unpickles tensors and plain containers alone; the settings
 * that training scripts store beside the weights are allowed as the data that they are.
 */
export function howToConvert(file: string): string {
  const shown = PLAIN_NAME.test(file) ? file : 'FILE';
  const python = [
    'import argparse, torch, safetensors.torch',
    'torch.serialization.add_safe_globals([argparse.Namespace])',
    `m = torch.load('${shown}', map_location='cpu', weights_only=True)`,
    `m = next((m[k] for k in ('model', 'state_dict', 'teacher') if k in m), m)`,
    `t = {k: v.clone().contiguous() for k, v in m.items() if isinstance(v, torch.Tensor)}`,
    `safetensors.torch.save_file(t, 'model.safetensors')`,
  ].join('; ');
  return `a pickle can run code when it is opened, so it is not read; convert it offline where you trust it, with Python: ${python}`;
}
