import type { VerificationStep } from '@consilium/shared/verify';
import { groupSteps } from './step-groups.js';

describe('the steps of a verification', () => {
  it('stand by check, in their order, without those that only mark its ends', () => {
    const steps: readonly VerificationStep[] = [
      { kind: 'began', check: 'files', progress: 0 },
      { kind: 'file-hash', path: 'a', bytes: 1, result: '00', check: 'files', progress: 0.1 },
      { kind: 'leaf-hash', leafIndex: 0, result: '01', check: 'inclusion', progress: 0.2 },
      { kind: 'file-hash', path: 'b', bytes: 1, result: '02', check: 'files', progress: 0.3 },
    ];
    expect(groupSteps(steps)).toEqual([
      { check: 'files', steps: [steps[1], steps[3]] },
      { check: 'inclusion', steps: [steps[2]] },
    ]);
  });
});
