/** Where attempts of strangers that were turned away are told, for whoever keeps a record: the platform has no log of its own. */
import { Injectable } from '@nestjs/common';
import type { Leaf } from '@consilium/shared/protocol';

/** What was refused, as the leaf `access.refused` names it. */
export type RefusedAccess = Extract<Leaf, { type: 'access.refused' }>['what'];

@Injectable()
export class Refusals {
  private readonly listeners = new Set<(what: RefusedAccess) => void>();

  /** @returns a function that ends the listening. */
  onRefused(listener: (what: RefusedAccess) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  report(what: RefusedAccess): void {
    this.listeners.forEach((listener) => {
      listener(what);
    });
  }
}
