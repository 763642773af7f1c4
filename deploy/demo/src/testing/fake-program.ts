/** For specs: a small program in place of a built one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS, type Program } from '../program.js';

/** Until jest.restoreAllMocks, `program` runs the script. @param script CommonJS source; its arguments are in `args` */
export function standIn(folder: string, program: Program, script: string): void {
  const file = join(folder, `${program}.cjs`);
  writeFileSync(file, `const args = process.argv.slice(2);\n${script}`);
  jest.spyOn(PROGRAMS, program).mockReturnValue(file);
}
