/** How far the log goes. */
import { Injectable } from '@nestjs/common';
import { LeafEntity } from '../audit/leaf.entity.js';
import type { Reader } from '../database/transaction.js';

@Injectable()
export class ActivityRepository {
  /** The index that the next leaf will have. */
  async next(reader: Reader): Promise<number> {
    const [last] = await reader.rows.find(LeafEntity, {
      select: { leafIndex: true },
      order: { leafIndex: 'DESC' },
      take: 1,
    });
    return last === undefined ? 0 : last.leafIndex + 1;
  }
}
