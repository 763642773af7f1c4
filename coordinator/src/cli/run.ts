/** One run of `consilium`, from arguments to exit code. */
import {
  explainFailure,
  readSwitches,
  schemaLine,
  type ProgramExit,
  type Switches,
} from '@consilium/shared/command-line';
import { EXAMPLES } from './examples.js';
import { createProgram } from './program.js';
import type { Terminal } from './terminal.js';

/** @param args without node and script. @returns the exit code; whatever goes wrong has been said. */
export async function run(args: readonly string[], given: Terminal): Promise<ProgramExit> {
  const switches = readSwitches(args);
  const terminal = narrowed(given, switches);
  try {
    const program = createProgram(terminal, switches);
    if (switches.schema) {
      terminal.print(schemaLine(program, args, EXAMPLES));
      return 0;
    }
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    const interrupted = terminal.signal?.aborted === true;
    const { out, err, exit } = explainFailure(error, {
      program: 'consilium',
      switches,
      interrupted,
    });
    terminal.print(out);
    terminal.say(err);
    return exit;
  }
}

/** What the person declined is not there. */
function narrowed(terminal: Terminal, { noColor, noInput }: Switches): Terminal {
  return {
    ...terminal,
    colours: terminal.colours === true && !noColor,
    canAsk: terminal.canAsk === true && !noInput,
  };
}
