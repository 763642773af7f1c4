/** Reads a file from its beginning to its end, a number of bytes at a time. */
import type { FileHandle } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const LINE_END = 0x0a;

export class ByteReader {
  private position = 0;

  /** @param name for messages */
  constructor(
    private readonly file: FileHandle,
    readonly name: string,
  ) {}

  /** Exactly so many. @throws ConsiliumError 'bad-request' when the file ends before. */
  async bytes(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    const { bytesRead } = await this.file.read(bytes, 0, count, this.position);
    if (bytesRead !== count) {
      throw new ConsiliumError('bad-request', `${this.name} ends too early: it is not whole`);
    }
    this.position += count;
    return bytes;
  }

  /** With its line break. @throws ConsiliumError 'bad-request' when there is none within so many bytes. */
  async line(most: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(most);
    const { bytesRead } = await this.file.read(bytes, 0, most, this.position);
    const end = bytes.subarray(0, bytesRead).indexOf(LINE_END);
    if (end < 0) {
      throw new ConsiliumError('bad-request', `${this.name} is no backup of a coordinator`);
    }
    this.position += end + 1;
    return bytes.subarray(0, end + 1);
  }

  /** @throws ConsiliumError 'bad-request' when something follows. */
  async requireEnd(): Promise<void> {
    const { bytesRead } = await this.file.read(new Uint8Array(1), 0, 1, this.position);
    if (bytesRead > 0) {
      throw new ConsiliumError('bad-request', `${this.name} goes on after its end`);
    }
  }
}
