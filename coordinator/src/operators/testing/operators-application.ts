/** A coordinator with real accounts and nothing above them, on a free port. */
import { Controller } from '@nestjs/common';
import type { Leaf } from '@consilium/shared/protocol';
import { OPERATOR_ROLES, rightsOfRoles, type OperatorRole } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { auditTables } from '../../audit/audit-tables.js';
import { CheckpointSigner } from '../../audit/checkpoint-signer.js';
import { Database } from '../../database/database.js';
import { SystemClock, type Clock } from '../../platform/clock.js';
import { Route } from '../../platform/http/route.js';
import {
  startTestApplication,
  type TestApplication,
} from '../../platform/testing/test-application.js';
import { createAdministrator } from '../first-administrator.js';
import { OperatorsModule } from '../operators.module.js';
import { operatorTables } from '../operator-tables.js';

/** Long enough, and known to every spec. */
export const PASSWORD = 'correct horse battery';

@Controller('v1/trust')
class TrustController {
  @Route({
    method: 'POST',
    path: '',
    permission: 'sites.approve',
    summary: 'Something that changes trust.',
    response: z.object({ done: z.literal(true) }),
  })
  approve(): { done: true } {
    return { done: true };
  }
}

type AccountLeaf = Extract<Leaf, { type: 'operator.changed' }>;

export interface Person {
  readonly operatorId: string;
  readonly name: string;
  /** With every right of the roles. */
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly response: Response;
}

export class OperatorsApplication {
  private constructor(
    readonly application: TestApplication,
    /** Who makes the others. */
    public admin: Person,
  ) {}

  static async start(
    config: Readonly<Record<string, unknown>> = {},
    clock: Clock = new SystemClock(),
  ): Promise<OperatorsApplication> {
    const application = await startTestApplication({
      controllers: [TrustController],
      imports: [OperatorsModule],
      tables: [auditTables, operatorTables],
      config,
      clock,
      operators: 'own',
    });
    const { nest } = application;
    const account = { name: 'root', password: PASSWORD, days: 90 };
    const { names } = nest.get(CheckpointSigner, { strict: false });
    const made = await createAdministrator(nest.get(Database), clock, names, account);
    const admin = { operatorId: made.operatorId, name: 'root', token: made.token };
    return new OperatorsApplication(application, admin);
  }

  close(): Promise<void> {
    return this.application.close();
  }

  /** @param proof a token, or headers of another proof. */
  async ask(
    method: string,
    path: string,
    proof: string | Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<Answer> {
    const headers = typeof proof === 'string' ? { authorization: `Bearer ${proof}` } : proof;
    const response = await fetch(`${this.application.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {};
    return { status: response.status, body: parsed as Answer['body'], response };
  }

  /** An activated account with a password and a token of every right. */
  async person(name: string, role: OperatorRole, more: object = {}): Promise<Person> {
    const grant = { name, roles: [role], ...more };
    const { body } = await this.ask('POST', '/v1/operators', this.admin.token, grant);
    const activated = await this.ask(
      'POST',
      '/v1/activations',
      {},
      {
        activation: body['activation'],
        password: PASSWORD,
        token: { label: 'all', rights: rightsOfRoles([role]) },
      },
    );
    const { token } = activated.body['token'] as { token: string };
    return { operatorId: String(body['operatorId']), name, token };
  }

  /** The leaves about an account, in the order of the log. */
  async leavesOf(operatorId: string): Promise<AccountLeaf[]> {
    const { body } = await this.ask('GET', '/v1/log/leaves?start=0', this.admin.token);
    const leaves = (body['leaves'] as { leaf: string }[]).map(
      ({ leaf }) => JSON.parse(leaf) as Leaf,
    );
    return leaves
      .filter((leaf): leaf is AccountLeaf => leaf.type === 'operator.changed')
      .filter((leaf) => leaf.operatorId === operatorId);
  }

  async accountChanges(operatorId: string): Promise<string[]> {
    return (await this.leavesOf(operatorId)).map(({ change }) => change);
  }

  /** One person of each role. */
  async everyRole(): Promise<Readonly<Record<OperatorRole, Person>>> {
    const people: Partial<Record<OperatorRole, Person>> = {};
    for (const role of OPERATOR_ROLES) {
      const more = role === 'site-admin' ? { siteId: 'north' } : {};
      people[role] = await this.person(`the-${role}`, role, more);
    }
    return people as Readonly<Record<OperatorRole, Person>>;
  }

  /** Headers of a browser on a page of this coordinator, with the cookies of the answer. */
  browser(response?: Response): Record<string, string> {
    const cookies = (response?.headers.getSetCookie() ?? []).map((text) => text.split(';')[0]);
    return { origin: this.application.url, cookie: cookies.join('; ') };
  }

  /** @returns the headers of a browser that has signed in. */
  async signIn(name: string, password = PASSWORD): Promise<Record<string, string>> {
    const body = { name, password };
    const { response } = await this.ask('POST', '/v1/login/password', this.browser(), body);
    return this.browser(response);
  }
}
