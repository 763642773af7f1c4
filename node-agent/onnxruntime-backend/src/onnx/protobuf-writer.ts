/** Writes the wire format of Protocol Buffers (encoding specification, "Message Structure"): the few types that ONNX models use. */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Appends fields in the order of the calls. Large blobs are kept by reference and copied once, in `finish`. */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private pending: number[] = [];
  private length = 0;

  /** @param value an integer of up to 64 bits; negative ones take ten bytes, as the format says of int64 */
  int(field: number, value: number | bigint): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.tag(field, FIXED_32);
    this.pushBytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  text(field: number, value: string): void {
    this.blob(field, new TextEncoder().encode(value));
  }

  blob(field: number, bytes: Uint8Array): void {
    this.tag(field, LENGTH_DELIMITED);
    this.varint(bytes.length);
    this.append(bytes);
  }

  message(field: number, fill: (writer: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    fill(inner);
    inner.flush();
    this.tag(field, LENGTH_DELIMITED);
    this.varint(inner.length);
    for (const part of inner.parts) {
      this.append(part);
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.flush();
    const bytes = new Uint8Array(this.length);
    let offset = 0;
    for (const part of this.parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  private tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  private varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.pushByte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.pushByte(Number(rest));
  }

  private pushByte(byte: number): void {
    this.pending.push(byte);
    this.length += 1;
  }

  private pushBytes(bytes: Uint8Array): void {
    bytes.forEach((byte) => this.pushByte(byte));
  }

  private append(bytes: Uint8Array): void {
    this.flush();
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  private flush(): void {
    if (this.pending.length > 0) {
      this.parts.push(Uint8Array.from(this.pending));
      this.pending = [];
    }
  }
}
