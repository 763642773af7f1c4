/** Accounts, as an administrator sees and changes them. Nothing here shows a secret of somebody else but a fresh one. */
import { Controller } from '@nestjs/common';
import { activationSchema, operatorViewSchema, type OperatorView } from '@consilium/shared/answers';
import { siteIdSchema, studyIdSchema } from '@consilium/shared/protocol';
import { OPERATOR_ROLES } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { Accounts, type Activation } from './accounts.service.js';
import { OpenIdProvider } from './oidc.service.js';
import { operatorOf } from './operator-actor.js';
import { ofOperator } from './operator-parameters.js';
import { OperatorGrants, type GrantWish } from './operator-grants.service.js';
import type { Operator } from './operator.js';

type OfOperator = z.infer<typeof ofOperator>;

const grant = z.strictObject({
  roles: z.array(z.enum(OPERATOR_ROLES)).min(1).max(OPERATOR_ROLES.length),
  siteId: siteIdSchema.optional(),
  /** Those that the person has already, if not given. */
  studies: z.array(studyIdSchema).max(1000).optional(),
});
const ofAssignment = ofOperator.extend({ studyId: studyIdSchema });
type OfAssignment = z.infer<typeof ofAssignment>;
const newOperator = grant.extend({ name: z.string().max(64) });
const subjectBody = z.strictObject({ subject: z.string().min(1).max(255) });
const renewal = z.strictObject({ forgetPasskeys: z.boolean().default(false) });

@Controller('v1/operators')
export class OperatorsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly grants: OperatorGrants,
    private readonly provider: OpenIdProvider,
  ) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'operators.read',
    summary: 'Everybody who has or had an account.',
    response: z.array(operatorViewSchema),
  })
  async list(): Promise<OperatorView[]> {
    return (await this.accounts.list()).map(toView);
  }

  @Route({
    method: 'POST',
    path: '',
    permission: 'operators.manage',
    summary:
      'Makes an account with roles; the answer has the secret with which its person activates it.',
    status: 201,
    body: { as: 'json', schema: newOperator, maxBytes: 65_536 },
    response: activationSchema,
  })
  create(
    @RouteActor() actor: Actor,
    @RouteBody() { name, ...wish }: z.infer<typeof newOperator>,
  ): Promise<Activation> {
    const by = operatorOf(actor).operatorId;
    return this.accounts.create(by, name, { studies: [], ...toGrant(wish) });
  }

  @Route({
    method: 'GET',
    path: ':operatorId',
    permission: 'operators.read',
    summary: 'One account.',
    params: ofOperator,
    response: operatorViewSchema,
  })
  async show(@RouteParams() { operatorId }: OfOperator): Promise<OperatorView> {
    return toView(await this.accounts.get(operatorId));
  }

  @Route({
    method: 'PUT',
    path: ':operatorId/roles',
    permission: 'operators.manage',
    summary:
      "Replaces somebody else's roles, site and, if given, studies, and ends that person's sessions.",
    params: ofOperator,
    body: { as: 'json', schema: grant, maxBytes: 65_536 },
    response: operatorViewSchema,
  })
  async changeGrant(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: OfOperator,
    @RouteBody() body: z.infer<typeof grant>,
  ): Promise<OperatorView> {
    const by = operatorOf(actor).operatorId;
    return toView(await this.grants.change(by, operatorId, toGrant(body)));
  }

  @Route({
    method: 'POST',
    path: ':operatorId/studies/:studyId',
    permission: 'operators.manage',
    summary: 'Lets an auditor or a study coordinator reach one more study.',
    params: ofAssignment,
    response: operatorViewSchema,
  })
  async assign(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId, studyId }: OfAssignment,
  ): Promise<OperatorView> {
    const by = operatorOf(actor).operatorId;
    return toView(await this.grants.assign(by, operatorId, studyId));
  }

  @Route({
    method: 'DELETE',
    path: ':operatorId/studies/:studyId',
    permission: 'operators.manage',
    summary: 'Takes an assigned study back; who created it reaches it still.',
    params: ofAssignment,
    response: operatorViewSchema,
  })
  async unassign(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId, studyId }: OfAssignment,
  ): Promise<OperatorView> {
    const by = operatorOf(actor).operatorId;
    return toView(await this.grants.unassign(by, operatorId, studyId));
  }

  @Route({
    method: 'POST',
    path: ':operatorId/activation',
    permission: 'operators.manage',
    summary: 'Makes a new secret for a person who lost the password, and the passkeys if so asked.',
    status: 201,
    params: ofOperator,
    body: { as: 'json', schema: renewal, maxBytes: 1024 },
    response: activationSchema,
  })
  renew(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: OfOperator,
    @RouteBody() { forgetPasskeys }: z.infer<typeof renewal>,
  ): Promise<Activation> {
    const by = operatorOf(actor).operatorId;
    return this.accounts.renewActivation(by, operatorId, forgetPasskeys);
  }

  @Route({
    method: 'POST',
    path: ':operatorId/disable',
    permission: 'operators.manage',
    summary: "Closes somebody else's account; its sessions and tokens end at once.",
    status: 204,
    params: ofOperator,
    response: 'nothing',
  })
  async disable(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: OfOperator,
  ): Promise<void> {
    await this.grants.close(operatorOf(actor).operatorId, operatorId);
  }

  @Route({
    method: 'POST',
    path: ':operatorId/link',
    permission: 'operators.manage',
    summary: 'Makes a secret with which the person links an OpenID subject to the account.',
    status: 201,
    params: ofOperator,
    response: z.object({ link: z.string(), expiresAtMs: z.int() }),
  })
  link(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: OfOperator,
  ): Promise<{ readonly link: string; readonly expiresAtMs: number }> {
    return this.provider.newLink(operatorOf(actor).operatorId, operatorId);
  }

  @Route({
    method: 'POST',
    path: ':operatorId/subjects',
    permission: 'operators.manage',
    summary: 'Says which subject of the OpenID provider opens the account.',
    status: 201,
    params: ofOperator,
    body: { as: 'json', schema: subjectBody, maxBytes: 4096 },
    response: z.object({ issuer: z.string(), subject: z.string() }),
  })
  register(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: OfOperator,
    @RouteBody() { subject }: z.infer<typeof subjectBody>,
  ): Promise<{ readonly issuer: string; readonly subject: string }> {
    return this.provider.register(operatorOf(actor).operatorId, operatorId, subject);
  }
}

function toGrant({ roles, siteId, studies }: z.infer<typeof grant>): GrantWish {
  return {
    roles,
    ...(siteId === undefined ? {} : { siteId }),
    ...(studies === undefined ? {} : { studies }),
  };
}

function toView(operator: Operator): OperatorView {
  const { operatorId, name, roles, siteId, studies, createdAtMs, disabledAtMs } = operator;
  const hasPassword = operator.passwordHash !== undefined;
  return {
    operatorId,
    name,
    roles: [...roles],
    ...(siteId === undefined ? {} : { siteId }),
    studies: [...studies],
    createdAtMs,
    hasPassword,
    ...(disabledAtMs === undefined ? {} : { disabledAtMs }),
  };
}
