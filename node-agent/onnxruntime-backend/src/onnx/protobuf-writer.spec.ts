import { ProtobufWriter } from './protobuf-writer.js';

const written = (fill: (writer: ProtobufWriter) => void): number[] => {
  const writer = new ProtobufWriter();
  fill(writer);
  return [...writer.finish()];
};

/** The examples are those of the encoding specification of Protocol Buffers. */
describe('the protobuf writer', () => {
  it('writes an integer as a varint', () => {
    expect(written((writer) => writer.int(1, 150))).toEqual([0x08, 0x96, 0x01]);
  });

  it('writes minus two as ten bytes', () => {
    expect(written((writer) => writer.int(1, -2))).toEqual([
      0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ]);
  });

  it('writes a text with its length', () => {
    expect(written((writer) => writer.text(2, 'testing'))).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
  });

  it('writes a message within a message', () => {
    const bytes = written((writer) => writer.message(3, (inner) => inner.int(1, 150)));
    expect(bytes).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  });

  it('writes a float in four bytes, least first', () => {
    expect(written((writer) => writer.float(2, 1))).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  });

  it('keeps the order of small and large fields', () => {
    const bytes = written((writer) => {
      writer.int(1, 1);
      writer.blob(2, Uint8Array.of(7, 8));
      writer.int(3, 2);
    });
    expect(bytes).toEqual([0x08, 1, 0x12, 2, 7, 8, 0x18, 2]);
  });
});
