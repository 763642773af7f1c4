import { ConsiliumError } from '@consilium/shared/vocabulary';
import { explainFailure } from './failure.js';

function explained(message: string): string {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  explainFailure(new ConsiliumError('bad-backbone', message), { write });
  return text;
}

describe('the explanation of a failure', () => {
  it('is a sentence with its code, and what to do', () => {
    expect(explained('two faults:\n  one\n  two')).toMatch(
      /^consilium-agent: two faults:\n {2}one\n {2}two \[bad-backbone\]\n.+\n$/,
    );
  });

  it('shows nothing that steers a terminal, whatever a file is called', () => {
    expect(explained('\u001b[31mred\u0007\u202e.bin')).toContain('\uFFFD[31mred\uFFFD\uFFFD.bin');
  });
});
