/**
 * Buffers of disposed tensors, to be filled again: fresh memory costs a page fault every 4 kB. Only buffers that the pool
 * itself made and that nobody else can see come back; when it holds too much, the sizes not asked for longest go first.
 */
import { BYTES_PER_ELEMENT, type ElementType, type Values, viewOf } from '../onnx/element-types.js';

export class BufferPool {
  private readonly own = new WeakSet<ArrayBufferLike>();
  private readonly free = new Map<number, ArrayBuffer[]>(); // By size in bytes.
  private freeBytes = 0;

  constructor(private readonly limitBytes: number) {}

  get bytes(): number {
    return this.freeBytes;
  }

  /** @returns values of any content */
  allocate(count: number, type: ElementType): Values {
    const bytes = count * BYTES_PER_ELEMENT[type];
    const waiting = this.free.get(bytes);
    const reused = waiting?.pop();
    if (waiting === undefined || reused === undefined) {
      const buffer = new ArrayBuffer(bytes);
      this.own.add(buffer);
      return viewOf(buffer, type);
    }
    this.freeBytes -= bytes;
    this.free.delete(bytes);
    if (waiting.length > 0) {
      this.free.set(bytes, waiting);
    }
    return viewOf(reused, type);
  }

  /** Takes the values' buffer back, if it is the pool's and nobody else's. */
  recycle(values: unknown): void {
    const buffer = ArrayBuffer.isView(values) ? values.buffer : undefined;
    if (!(buffer instanceof ArrayBuffer) || !this.own.has(buffer)) {
      return;
    }
    const size = buffer.byteLength;
    const waiting = this.free.get(size) ?? [];
    waiting.push(buffer);
    this.free.delete(size);
    this.free.set(size, waiting);
    this.freeBytes += size;
    this.dropBeyondLimit();
  }

  /** From now on somebody else may hold this memory: it is never reused. */
  release(values: unknown): void {
    if (ArrayBuffer.isView(values)) {
      this.own.delete(values.buffer);
    }
  }

  clear(): void {
    this.free.clear();
    this.freeBytes = 0;
  }

  private dropBeyondLimit(): void {
    for (const [size, waiting] of this.free) {
      while (this.freeBytes > this.limitBytes && waiting.pop() !== undefined) {
        this.freeBytes -= size;
      }
      if (waiting.length === 0) {
        this.free.delete(size);
      }
    }
  }
}
