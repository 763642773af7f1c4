/** People: their accounts, what they may do, and how they prove who they are. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { Authenticators } from '../platform/http/actor.js';
import { AccountController } from './account.controller.js';
import { Accounts } from './accounts.service.js';
import { ApiTokens } from './api-tokens.service.js';
import { bearerAuthenticator } from './bearer.js';
import { CredentialsRepository } from './credentials.repository.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { Passwords } from './passwords.js';

@Module({
  controllers: [OperatorsController, AccountController],
  providers: [
    OperatorsRepository,
    CredentialsRepository,
    PasskeysRepository,
    Passwords,
    ApiTokens,
    Accounts,
  ],
  exports: [Accounts],
})
export class OperatorsModule implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: ApiTokens,
  ) {}

  onModuleInit(): void {
    this.authenticators.register(bearerAuthenticator(this.tokens));
  }
}
