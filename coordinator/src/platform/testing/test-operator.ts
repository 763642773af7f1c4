/** A person that a spec may be, proven by a token that the spec knows: rows and passwords are not needed to try a route. */
import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { parseOperatorId, RIGHTS } from '@consilium/shared/vocabulary';
import { Authenticators, type Authenticator, type OperatorActor } from '../http/actor.js';

/** Everything may be done with it. */
export const TEST_TOKEN = 'token-of-a-spec-0123456789abcdef';

/** A list that has every study. */
const EVERY_STUDY: readonly string[] = Object.assign([], { includes: () => true });

/** An operator with every right on every study, but for what the spec changes. */
export function testOperator(changes: Partial<OperatorActor> = {}): OperatorActor {
  return {
    kind: 'operator',
    operatorId: parseOperatorId('op-0123456789ab'),
    roles: ['platform-admin', 'study-coordinator'],
    rights: RIGHTS,
    studies: EVERY_STUDY,
    proof: { kind: 'token', tokenId: 'test', expiresAtMs: Number.MAX_SAFE_INTEGER },
    ...changes,
  };
}

/** @param actors who is proven by which token; the caller may add to it. */
function testAuthenticator(actors: ReadonlyMap<string, OperatorActor>): Authenticator {
  return ({ headers }) => {
    if (headers.authorization === undefined) {
      return undefined;
    }
    const token = /^Bearer (.+)$/.exec(headers.authorization)?.[1] ?? '';
    return actors.get(token) ?? 'wrong';
  };
}

const ACTORS = Symbol('actors of a spec');

/** Stands in an application of a spec where the real one has accounts. */
@Module({})
export class TestOperators implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    @Inject(ACTORS) private readonly actors: ReadonlyMap<string, OperatorActor>,
  ) {}

  static with(actors: ReadonlyMap<string, OperatorActor> = testActors()): DynamicModule {
    return { module: TestOperators, providers: [{ provide: ACTORS, useValue: actors }] };
  }

  onModuleInit(): void {
    this.authenticators.register(testAuthenticator(this.actors));
  }
}

export function testActors(): Map<string, OperatorActor> {
  return new Map([[TEST_TOKEN, testOperator()]]);
}
