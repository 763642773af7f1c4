/** The keys of a study's members as this site first saw them, in a file, so that a restart forgets none. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { publicKeySchema, siteIdSchema, type Roster } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';
import type { StudyFolder } from '../config/home.js';

const fileSchema = z.strictObject({
  v: z.literal(1),
  members: z.array(z.strictObject({ siteId: siteIdSchema, identityKey: publicKeySchema })),
});

export class PinnedMembers {
  private readonly path: string;
  private keys: ReadonlyMap<SiteId, string> | undefined;

  constructor({ folder }: Pick<StudyFolder, 'folder'>) {
    this.path = join(folder, 'members.json');
  }

  /** Base64 by site; empty before the first roster. @throws ConsiliumError 'bad-configuration' when the file was altered by hand */
  async read(): Promise<ReadonlyMap<SiteId, string>> {
    this.keys ??= await this.load();
    return this.keys;
  }

  /** Pins the members of a roster that was believed; one that left stays pinned, should it ever come back. */
  async write(members: Roster['sites']): Promise<void> {
    const before = await this.read();
    const keys = new Map(before);
    members.forEach(({ siteId, identityKey }) => keys.set(siteId, identityKey));
    const isNew = [...keys].some(([siteId, key]) => before.get(siteId) !== key);
    if (isNew) {
      const entries = [...keys].map(([siteId, identityKey]) => ({ siteId, identityKey }));
      await writeDurably(this.path, `${JSON.stringify({ v: 1, members: entries })}\n`);
    }
    this.keys = keys;
  }

  private async load(): Promise<ReadonlyMap<SiteId, string>> {
    const text = await this.text();
    if (text === undefined) {
      return new Map();
    }
    const parsed = fileSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      throw new ConsiliumError('bad-configuration', `${this.path} was altered by hand`);
    }
    return new Map(parsed.data.members.map(({ siteId, identityKey }) => [siteId, identityKey]));
  }

  private async text(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }
}
