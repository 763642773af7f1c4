/** Tells of the secrets and signatures that were wrong on routes where strangers try to become somebody. */
import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { isConsiliumError, type ErrorCode } from '@consilium/shared/vocabulary';
import { tap, type Observable } from 'rxjs';
import { Refusals } from './refusals.js';
import { declarationOf } from './route.js';

/** What a wrong proof is answered with; a request that is no attempt at all, malformed or too large, is not told. */
const OF_WRONG_PROOFS: readonly ErrorCode[] = [
  'unauthenticated',
  'not-permitted',
  // The name has to wait after wrong passwords.
  'quota-exceeded',
  'bad-invite',
  'bad-signature',
];

@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  constructor(private readonly refusals: Refusals) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const what =
      context.getType() === 'http' ? declarationOf(context.getHandler())?.refusedAs : undefined;
    const answering = next.handle() as Observable<unknown>;
    if (what === undefined) {
      return answering;
    }
    return answering.pipe(
      tap({
        error: (error: unknown) => {
          if (isConsiliumError(error) && OF_WRONG_PROOFS.includes(error.code)) {
            this.refusals.report(what);
          }
        },
      }),
    );
  }
}
