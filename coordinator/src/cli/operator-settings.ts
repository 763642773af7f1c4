/** The settings of `consilium`: command line, then environment, then the person's own file, then what is built in. */
import type { Setting } from '@consilium/shared/command-line';
import type { Command } from 'commander';
import { readOperatorSettings } from '../config/operator-environment.js';
import type { Terminal } from './terminal.js';

const SETTINGS = [
  { name: 'url', variable: 'CONSILIUM_URL', option: '--url' },
  { name: 'tokenFile', variable: 'CONSILIUM_TOKEN_FILE', option: '--token-file' },
] as const;

/** Where the parser has no value from command line or environment. @throws ConsiliumError 'bad-configuration' */
export function takeSettingsFile(program: Command, { settingsFile }: Terminal): void {
  if (settingsFile === undefined) {
    return;
  }
  // Read only when a command runs, so that help needs no sound file.
  program.hook('preAction', () => {
    const settings = readOperatorSettings(settingsFile);
    for (const { name } of SETTINGS) {
      const source = program.getOptionValueSource(name);
      const value = settings[name];
      if (value !== undefined && source !== 'cli' && source !== 'env') {
        program.setOptionValueWithSource(name, value, 'config');
      }
    }
  });
}

export function settingsOf(program: Command, { settingsFile }: Terminal): readonly Setting[] {
  return SETTINGS.flatMap(({ name, variable, option }) => {
    const value: unknown = program.getOptionValue(name);
    const origins: Readonly<Record<string, string>> = {
      cli: option,
      env: variable,
      config: settingsFile ?? '',
    };
    const origin = origins[program.getOptionValueSource(name) ?? ''] ?? 'default';
    return value === undefined ? [] : [{ name, value, origin }];
  });
}
