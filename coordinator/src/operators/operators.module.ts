/** People: their accounts, what they may do, and how they prove who they are. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { Authenticators } from '../platform/http/actor.js';
import { AccountChanges } from './account-changes.js';
import { AccountController } from './account.controller.js';
import { Accounts } from './accounts.service.js';
import { ApiTokens } from './api-tokens.service.js';
import { bearerAuthenticator, cookieAuthenticator } from './authenticators.js';
import { CredentialsRepository } from './credentials.repository.js';
import { LoginPageController } from './login-page.controller.js';
import { LoginController } from './login.controller.js';
import { OpenIdProvider } from './oidc.service.js';
import { OperatorCredentialsController } from './operator-credentials.controller.js';
import { OperatorGrants } from './operator-grants.service.js';
import { OperatorRows } from './operator-rows.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeyRemovalsModule } from './passkey-removals.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { Passkeys } from './passkeys.service.js';
import { PasswordChanges } from './password-changes.service.js';
import { Passwords } from './passwords.js';
import { ProviderLoginController } from './provider-login.controller.js';
import { SecurityController } from './security.controller.js';
import { SessionCookies } from './session-cookies.js';
import { Sessions } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInAttemptsRepository } from './sign-in-attempts.repository.js';
import { SignInLinks } from './sign-in-links.service.js';
import { SignIn } from './sign-in.service.js';

@Module({
  imports: [AuditModule, PasskeyRemovalsModule],
  controllers: [
    OperatorsController,
    OperatorCredentialsController,
    AccountController,
    LoginController,
    ProviderLoginController,
    SecurityController,
    LoginPageController,
  ],
  providers: [
    OperatorsRepository,
    CredentialsRepository,
    PasskeysRepository,
    OperatorRows,
    Passwords,
    PasswordChanges,
    ApiTokens,
    AccountChanges,
    Accounts,
    OperatorGrants,
    SessionCookies,
    Sessions,
    SignIn,
    SignInAttempts,
    SignInAttemptsRepository,
    SignInLinks,
    Passkeys,
    OpenIdProvider,
  ],
  exports: [Accounts],
})
export class OperatorsModule implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: ApiTokens,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
    private readonly credentials: CredentialsRepository,
  ) {}

  onModuleInit(): void {
    this.authenticators.register(bearerAuthenticator(this.tokens));
    this.credentials.withdrawn.listen(() => {
      this.authenticators.withdrawn.fire();
    });
    this.authenticators.register(cookieAuthenticator(this.sessions, this.cookies));
  }
}
