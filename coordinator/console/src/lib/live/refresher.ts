/**
 * Asks the coordinator again for what became out of date. Of each key one question at a time: a slow answer is not thrown away
 * for the sake of a newer one, so a page moves on however fast the leaves come, and the last answer is as new as the last change.
 */
import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';

export class Refresher {
  /** By key: whether something changed since the question under way was asked. */
  private readonly underWay = new Map<string, boolean>();

  constructor(private readonly client: QueryClient) {}

  /** @param queryKey prefix of the keys of what is out of date. Resolves when all that a page shows of it is new. */
  async refresh(queryKey: QueryKey): Promise<void> {
    const id = hashKey(queryKey);
    if (this.underWay.has(id)) {
      this.underWay.set(id, true);
      return;
    }
    try {
      do {
        this.underWay.set(id, false);
        await this.answered(queryKey);
        await this.client.invalidateQueries({ queryKey }, { cancelRefetch: false });
      } while (this.underWay.get(id) === true);
    } finally {
      this.underWay.delete(id);
    }
  }

  /** What was asked before the change may not know of it. */
  private async answered(queryKey: QueryKey): Promise<void> {
    const asked = this.client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' });
    await Promise.allSettled(asked.flatMap(({ promise }) => promise ?? []));
  }
}
