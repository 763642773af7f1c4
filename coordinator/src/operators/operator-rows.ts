/** The rows of a person: the account, and what it is proven with. */
import { Injectable } from '@nestjs/common';
import { CredentialsRepository } from './credentials.repository.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeysRepository } from './passkeys.repository.js';

@Injectable()
export class OperatorRows {
  constructor(
    readonly operators: OperatorsRepository,
    readonly credentials: CredentialsRepository,
    readonly passkeys: PasskeysRepository,
  ) {}
}
