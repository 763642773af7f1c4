/** Shares that a dealer signed for this site and that are none: why it declines, with the evidence. docs/protocol/v1.md section 4.1. */
import type { Dealt } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** The code that the decline carries beside the complaint. */
export const BAD_SHARES = 'bad-shares';

export class DealerFault extends ConsiliumError {
  readonly complaint: Dealt;

  constructor(complaint: Dealt, cause: ConsiliumError) {
    super(cause.code, cause.message, { cause });
    this.name = 'DealerFault';
    this.complaint = complaint;
  }
}
