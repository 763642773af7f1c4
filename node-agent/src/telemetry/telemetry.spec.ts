import { ConsiliumError } from '@consilium/shared/vocabulary';
import { createLogger, errorFields } from './logger.js';
import { progressEventSchema, reportTo } from './progress.js';

describe('telemetry', () => {
  it('writes one JSON line an event, of known fields only', () => {
    const lines: string[] = [];
    const report = reportTo({ write: (line) => lines.push(line) }, 'northgate', () => 7);
    report({ event: 'trained', study: 'cells', round: 1, loss: 0.5, samples: 3, ms: 9 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(progressEventSchema.parse(JSON.parse(lines[0] ?? ''))).toMatchObject({
      event: 'trained',
      site: 'northgate',
      atMs: 7,
    });
  });

  it('logs the sentence of a coded error and never that of an unplanned one', () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line: string) => lines.push(line) });
    logger.warn(errorFields(new ConsiliumError('late', 'too late')), 'a');
    logger.warn(errorFields(new Error('/data/patient-17.png: broken')), 'b');
    logger.warn(
      errorFields(new ConsiliumError('late', 'x', { cause: new Error('patient-17') })),
      'c',
    );
    expect(lines[0]).toContain('too late');
    expect(lines.join('')).not.toContain('patient-17');
  });
});
