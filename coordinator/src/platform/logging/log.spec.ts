import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Log } from './log.js';
import { NestLog } from './nest-log.js';

describe('the process log', () => {
  const lines: Record<string, unknown>[] = [];
  const log = Log.to('debug', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });

  beforeEach(() => {
    lines.length = 0;
  });

  it('writes one line with message and fields', () => {
    log.with({ study: 'blood-cells' }).info('round opened', { round: 3 });
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(String) as string,
        study: 'blood-cells',
        round: 3,
        msg: 'round opened',
      },
    ]);
  });

  it('hides a secret that was logged under its name', () => {
    log.info('mistake', { operatorToken: 'abc', password: 'def', authorization: 'Bearer ghi' });
    expect(JSON.stringify(lines)).not.toMatch(/abc|def|ghi/);
  });

  it('shows code, message and cause of an error, and none of its other properties', () => {
    const driver = Object.assign(new Error('syntax error'), { parameters: ['sealed-key'] });
    log.error(
      'statement failed',
      new ConsiliumError('internal', 'no', { cause: driver, detail: { state: '42601' } }),
    );
    expect(lines[0]).toMatchObject({
      error: {
        code: 'internal',
        message: 'no',
        detail: { state: '42601' },
        cause: { message: 'syntax error' },
      },
    });
    expect(JSON.stringify(lines)).not.toContain('sealed-key');
  });

  it('takes what Nest says, and no objects', () => {
    const nest = new NestLog(log);
    nest.log('Mapped {/v1}', 'RouterExplorer');
    nest.warn({ token: 'abc' }, 'Somewhere');
    nest.error(new Error('broken'), 'Injector');
    expect(lines).toMatchObject([
      { level: 20, msg: 'Mapped {/v1}', context: 'RouterExplorer' },
      { level: 40, msg: 'message without text', context: 'Somewhere' },
      { level: 50, msg: 'broken', error: { message: 'broken' } },
    ]);
  });
});
