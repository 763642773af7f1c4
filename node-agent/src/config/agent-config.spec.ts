import { parseAgentConfig } from './agent-config.js';

const STUDY = 'studies: [{ study: cells, data: d, backbone: b }]';

describe('agent.yaml', () => {
  it('is read with its defaults, and the coordinator is an origin', () => {
    const config = parseAgentConfig(`coordinator: https://c.example/path/\n${STUDY}`);
    expect(config).toMatchObject({ coordinator: 'https://c.example', logLevel: 'info' });
    expect(config.trainer.memoryMiB).toBe(4096);
  });

  it('reports every fault in one message, unknown keys among them', () => {
    const text = `
coordinator: ftp://c.example
studies: [{ study: Cells!, data: d, backbone: 7, approve: any, colour: red }]
logLevel: loud
extra: 1
`;
    expect(() => parseAgentConfig(text)).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringMatching(
          /coordinator: [\s\S]*studies\.0\.study: [\s\S]*studies\.0\.backbone: [\s\S]*approve[\s\S]*colour[\s\S]*logLevel: [\s\S]*extra/,
        ) as string,
      }) as Error,
    );
  });

  it('refuses one study named twice', () => {
    const study = '{ study: cells, data: d, backbone: b }';
    const text = `coordinator: http://c.example\nstudies: [${study}, ${study}]`;
    expect(() => parseAgentConfig(text)).toThrow(/must name each study once/);
  });

  it.each([['{'], ['a: &x [*x]'], ['- 1']])('refuses %p', (text) => {
    expect(() => parseAgentConfig(text)).toThrow(
      expect.objectContaining({ code: 'bad-configuration' }) as Error,
    );
  });

  it('records who accepted the terms of which model, and on which day', () => {
    const licence = '{ model: uni, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }';
    const config = parseAgentConfig(`coordinator: https://c.example\nlicences: [${licence}]`);
    expect(config.licences).toEqual([
      { model: 'uni', acceptedBy: 'Dr. Example', acceptedOn: '2026-01-31' },
    ]);
    expect(parseAgentConfig('coordinator: https://c.example').licences).toEqual([]);
  });

  it.each([
    ['{ model: nothing, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }', 'model list'],
    ['{ model: uni, acceptedBy: " ", acceptedOn: 2026-01-31 }', 'licences.0.acceptedBy'],
    ['{ model: uni, acceptedBy: Dr. Example, acceptedOn: 31.1.2026 }', 'like 2026-01-31'],
    ['{ model: uni, acceptedBy: Dr. Example }', 'licences.0.acceptedOn'],
  ])('refuses the record %s', (licence, fault) => {
    expect(() =>
      parseAgentConfig(`coordinator: https://c.example\nlicences: [${licence}]`),
    ).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringContaining(fault) as string,
      }) as Error,
    );
  });
});
