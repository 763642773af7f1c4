/** Reads a backup from its file: each of its files in turn, and at the end whether all of them are what its manifest says. */
import { open } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { createContentHash } from '@consilium/shared/crypto';
import { fromUtf8, parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { openFrames, type Frame, type KeyOfSalt } from './backup-frames.js';
import { manifestSchema, type BackedUpFile, type BackupManifest } from './backup-manifest.js';
import { ByteReader } from './byte-reader.js';

const MANIFEST_BYTES = 2 ** 28;

/** Takes one file of a backup; it must read all pieces. What it makes of them counts only once `readBackup` has settled. */
export type Receive = (name: string, pieces: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * @throws ConsiliumError 'bad-request' for a file that is no backup, not whole, or not what its manifest says; 'secret-unreadable'
 * for a wrong passphrase or a changed byte; what `receive` throws
 */
export async function readBackup(
  path: string,
  keyOf: KeyOfSalt,
  receive: Receive,
): Promise<BackupManifest> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new ConsiliumError('bad-request', `${path} cannot be read`, { cause });
  });
  try {
    const frames = openFrames(keyOf, new ByteReader(file, path));
    return await new BackupReading(frames, path).read(receive);
  } finally {
    await file.close();
  }
}

class BackupReading {
  private frame: Frame | undefined;

  constructor(
    private readonly frames: AsyncGenerator<Frame>,
    private readonly path: string,
  ) {}

  async read(receive: Receive): Promise<BackupManifest> {
    const files: BackedUpFile[] = [];
    await this.next();
    while (this.frame?.kind === 'file') {
      files.push(await this.readFile(fromUtf8(this.frame.content), receive));
    }
    if (this.frame?.kind !== 'manifest') {
      throw new ConsiliumError('bad-request', `${this.path} does not end with a manifest`);
    }
    const { content } = this.frame;
    await this.next();
    return this.manifestOf(content, files);
  }

  private async readFile(name: string, receive: Receive): Promise<BackedUpFile> {
    const hasher = createContentHash();
    const counted = { bytes: 0 };
    await receive(name, this.pieces(hasher, counted));
    return { name, ...counted, hash: hasher.digest() };
  }

  private async *pieces(
    hasher: ReturnType<typeof createContentHash>,
    counted: { bytes: number },
  ): AsyncGenerator<Uint8Array> {
    for (await this.next(); this.frame?.kind === 'data'; await this.next()) {
      const { content } = this.frame;
      hasher.update(content);
      counted.bytes += content.length;
      yield content;
    }
  }

  private async next(): Promise<void> {
    const next = await this.frames.next();
    this.frame = next.done === true ? undefined : next.value;
  }

  private manifestOf(content: Uint8Array, files: readonly BackedUpFile[]): BackupManifest {
    const parsed = manifestSchema.safeParse(
      parseJson(fromUtf8(content), { maxBytes: MANIFEST_BYTES }),
    );
    if (!parsed.success) {
      const message = `${this.path} is a backup of another version of the coordinator`;
      throw new ConsiliumError('bad-request', message, { cause: parsed.error });
    }
    if (!isDeepStrictEqual(parsed.data.files, files)) {
      throw new ConsiliumError('bad-request', `${this.path} does not hold what its manifest says`);
    }
    return parsed.data;
  }
}
