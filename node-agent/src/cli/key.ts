/** `consilium-agent key`: shows this site's key in every form that people compare, and exchanges it for a new one. */
import { answerLine } from '@consilium/shared/command-line';
import { existsSync } from 'node:fs';
import { fingerprintWords, keyIdOf } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { loadAgentConfig } from '../config/agent-config.js';
import { lockHome } from '../config/home-lock.js';
import { requireEnrolled } from '../identity/enrolled.js';
import { showKey } from '../identity/fingerprint.js';
import { rotateKey } from '../identity/key-rotation.js';
import { openNetwork } from '../network/network.js';
import { requireHome } from './arguments.js';
import { showsColour, type CliTools } from './cli-tools.js';

export interface KeyArguments {
  readonly home?: string;
  readonly json?: boolean;
}

export async function keyShowCommand(given: KeyArguments, tools: CliTools): Promise<void> {
  const { identity } = await requireEnrolled(requireHome(given.home, tools));
  write(identity.publicKey, given, tools);
}

/** @throws ConsiliumError 'conflict' while an agent runs over the folder */
export async function keyRotateCommand(given: KeyArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const { pinned } = await requireEnrolled(home);
  const unlock = await lockHome(home);
  try {
    const config = existsSync(home.configFile) ? await loadAgentConfig(home) : undefined;
    const url = config?.coordinator ?? pinned.url;
    const network = await openNetwork(url, config?.network ?? {});
    try {
      const { publicKey } = await rotateKey({ home, url, pinned, network });
      tools.stderr.write('The old key counts no longer. The other sites follow it to this one:\n');
      write(publicKey, given, tools);
    } finally {
      await network.close();
    }
  } finally {
    await unlock();
  }
}

function write(publicKey: Uint8Array, { json }: KeyArguments, { stdout }: CliTools): void {
  stdout.write(
    json === true
      ? answerLine({
          key: toBase64(publicKey),
          keyId: keyIdOf(publicKey),
          words: fingerprintWords(publicKey).join(' '),
        })
      : showKey(publicKey, showsColour(stdout)),
  );
}
