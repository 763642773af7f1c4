import { fieldsOf, hexDump } from './leaf-view.js';

describe('a leaf as people read it', () => {
  it('has its fields, with hashes and moments told apart', () => {
    const hash = `sha256:${'0'.repeat(64)}`;
    const leaf = JSON.stringify({
      atMs: 5,
      manifestHash: hash,
      roundNo: 2,
      sites: ['a', 'b'],
      v: 1,
    });
    expect(fieldsOf(leaf)).toEqual([
      { name: 'atMs', value: { kind: 'moment', atMs: 5 } },
      { name: 'manifestHash', value: { kind: 'hash', value: hash } },
      { name: 'roundNo', value: { kind: 'text', value: '2' } },
      { name: 'sites', value: { kind: 'text', value: 'a, b' } },
    ]);
  });

  it('has its bytes in hex and as text', () => {
    const bytes = new TextEncoder().encode('{"v":1,"x":"é"}ab');
    expect(hexDump(bytes)).toBe(
      [
        '000000  7b 22 76 22 3a 31 2c 22 78 22 3a 22 c3 a9 22 7d  {"v":1,"x":".."}',
        '000010  61 62                                            ab',
      ].join('\n'),
    );
  });
});
