/** Backbones by hash: the coordinator knows their geometry and preprocessing, never their weights. */
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '@consilium/shared/encoding';
import { backboneDescriptionSchema, type BackboneDescription } from '@consilium/shared/protocol';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { ModelsRepository } from './models.repository.js';

@Injectable()
export class BackbonesService {
  constructor(
    private readonly database: Database,
    private readonly models: ModelsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The same description again changes nothing.
   * @throws ConsiliumError 'conflict' when the hash is registered with another description.
   */
  async register(description: BackboneDescription): Promise<BackboneDescription> {
    await this.database.transaction(async (tx) => {
      const known = await this.models.findBackbone(tx, description.hash);
      if (known === undefined) {
        await this.models.insertBackbone(tx, description, this.clock.nowMs());
      } else if (canonicalJson(known) !== canonicalJson(description)) {
        throw new ConsiliumError(
          'conflict',
          `${description.hash} is registered with another geometry or preprocessing`,
        );
      }
    });
    return description;
  }

  /** @throws ConsiliumError 'not-found' with the command that registers it. */
  async get(hash: ContentHash): Promise<BackboneDescription> {
    const found = await this.database.read((reader) => this.models.findBackbone(reader, hash));
    if (found === undefined) {
      throw new ConsiliumError(
        'not-found',
        `no backbone ${hash} is registered: describe it with "consilium-agent model inspect FOLDER --json" and register that with "consilium backbone register FILE"`,
      );
    }
    return backboneDescriptionSchema.parse(found);
  }

  async list(): Promise<BackboneDescription[]> {
    return this.database.read((reader) => this.models.listBackbones(reader));
  }
}
