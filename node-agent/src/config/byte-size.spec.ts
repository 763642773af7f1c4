import { byteSizeSchema } from './byte-size.js';

describe('a size in agent.yaml', () => {
  it.each([
    [0, 0],
    [1234, 1234],
    ['20GB', 20e9],
    ['1.5 TB', 1.5e12],
    ['512MiB', 512 * 1024 * 1024],
    ['3kib', 3072],
    [' 7 b ', 7],
  ])('reads %p', (given, bytes) => {
    expect(byteSizeSchema.parse(given)).toBe(bytes);
  });

  it.each(['20', '20 XB', 'GB', '-1GB', '1e9GB', '99999999TB', '', -1, 0.5, null, true, '1.GB'])(
    'refuses %p and says what is expected',
    (given) => {
      const { error } = byteSizeSchema.safeParse(given);
      expect(error?.issues.map(({ message }) => message)).toEqual([
        'must be bytes, or a size such as 20GB, 1.5TB or 512MiB',
      ]);
    },
  );
});
