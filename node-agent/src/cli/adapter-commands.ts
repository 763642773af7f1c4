/** The commands on adapters, in the command tree. */
import type { Command } from 'commander';
import { adapterExportCommand, type AdapterExportArguments } from './adapter-export.js';
import { adapterImportCommand, type AdapterImportArguments } from './adapter-import.js';
import { adapterInspectCommand } from './adapter-inspect.js';
import type { CliTools } from './cli-tools.js';

export function addAdapterCommands(program: Command, tools: CliTools): void {
  const adapter = program.command('adapter').description('adapters from and for Python');
  adapter
    .command('export')
    .description('write what a study trained as a folder that Python opens')
    .option('--study <id>', 'a study that this site finished')
    .option('--home <dir>', 'home folder of the agent, for --study')
    .option('--protocol <file>', 'study protocol as JSON')
    .option('--adapter <file>', 'adapter checkpoint')
    .option('--backbone <dir>', 'backbone folder; that of agent.yaml for --study')
    .requiredOption('--format <name>', 'peft: an adapter for PEFT; merged: the whole model')
    .requiredOption('--out <dir>', 'new folder')
    .option('--model <id>', 'which model of "model list" the backbone is')
    .option('--metrics <file>', 'JSON object of figures for the model card')
    .option('--json', 'one JSON object')
    .action((given: AdapterExportArguments) => adapterExportCommand(given, tools));
  adapter
    .command('import')
    .description('turn an adapter that PEFT wrote into that of a study')
    .requiredOption('--peft <dir>', 'folder with adapter_config.json and adapter_model.safetensors')
    .requiredOption('--backbone <dir>', 'folder of the base')
    .requiredOption('--out <file>', 'adapter checkpoint to write, .safetensors')
    .option('--json', 'one JSON object')
    .action((given: AdapterImportArguments) => adapterImportCommand(given, tools));
  adapter
    .command('inspect')
    .description('say what a folder of PEFT holds')
    .argument('<dir>', 'folder with adapter_config.json and adapter_model.safetensors')
    .option('--json', 'one JSON object')
    .action((folder: string, given: { readonly json?: boolean }) =>
      adapterInspectCommand(folder, given, tools),
    );
}
