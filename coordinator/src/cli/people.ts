/** The commands about people: accounts, their tokens, and how a new person gets the first one. */
import {
  ConsiliumError,
  isOperatorRole,
  isRight,
  OPERATOR_ROLES,
  parseOperatorId,
  RIGHTS,
} from '@consilium/shared/vocabulary';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { isRecord, type Answer, type Api } from './api.js';
import { addAssignments } from './assignments.js';
import { openApi, openApiWithout } from './operator-access.js';
import { addDestruction, addQuestion, answerOf, show } from './question.js';
import { intoSecretFile, readPassword, readSecretLine } from './secret-input.js';
import type { Terminal } from './terminal.js';

const DEFAULT_DAYS = '90';

export function addPeople(program: Command, terminal: Terminal): void {
  const operator = program.command('operator').description('people: accounts and roles');
  addCreate(operator, terminal);
  addRoles(operator, terminal);
  addRenewal(operator, terminal);
  addLink(operator, terminal);
  addAssignments(operator, terminal);
  addQuestion(operator, terminal, 'list', 'list everybody who has an account', (api) =>
    api.get('v1/operators'),
  );
  addQuestion(operator, terminal, 'show <id>', 'show one account', (api, id) =>
    api.get(`v1/operators/${parseOperatorId(id)}`),
  );
  addDestruction(operator, terminal, 'disable <id>', 'close an account; it ends at once', {
    what: (id) => `The account ${id} is closed, its sessions and tokens end.`,
    does: (api, id) => api.post(`v1/operators/${parseOperatorId(id)}/disable`),
  });
  addTokens(program, terminal);
  addLogin(program, terminal);
}

interface GrantOptions {
  readonly role: readonly string[];
  readonly site?: string;
  readonly study: readonly string[];
}

function withGrant(command: Command): Command {
  return command
    .addOption(
      new Option('--role <role>', `one of ${OPERATOR_ROLES.join(', ')}; again for more`)
        .argParser(each('role', isOperatorRole))
        .makeOptionMandatory(),
    )
    .option('--site <site>', 'the site of a site-admin')
    .addOption(
      new Option('--study <study>', 'a study of an auditor or a coordinator; again for more')
        .argParser(each('study', (text) => text !== ''))
        .default([]),
    );
}

function grantOf({ role, site, study }: GrantOptions): object {
  return {
    roles: role,
    ...(site === undefined ? {} : { siteId: site }),
    ...(study.length === 0 ? {} : { studies: study }),
  };
}

function addCreate(operator: Command, terminal: Terminal): void {
  const command = withGrant(operator.command('create <name>'))
    .description('make an account; its person activates it with the secret in the file')
    .requiredOption('--out <file>', 'a new file for the activation secret')
    .action(async (name: string, options: GrantOptions & { readonly out: string }) => {
      const api = await openApi(command, terminal);
      const body = json({ name, ...grantOf(options) });
      const answer = await saved(options.out, 'activation', () => api.post('v1/operators', body));
      terminal.say(`Hand ${options.out} to ${name} over a channel that nobody else reads.\n`);
      show(command, terminal, answer);
    });
}

function addRoles(operator: Command, terminal: Terminal): void {
  const command = withGrant(operator.command('roles <id>'))
    .description("replace somebody's roles; the sessions of that person end")
    .action(async (id: string, options: GrantOptions) => {
      const api = await openApi(command, terminal);
      const path = `v1/operators/${parseOperatorId(id)}/roles`;
      show(command, terminal, await api.put(path, json(grantOf(options))));
    });
}

function addRenewal(operator: Command, terminal: Terminal): void {
  const command = operator
    .command('renew <id>')
    .description('make a new activation secret for a person who lost the password')
    .option('--forget-passkeys', 'for a person who lost the passkeys too')
    .requiredOption('--out <file>', 'a new file for the activation secret')
    .action(
      async (id: string, options: { readonly forgetPasskeys?: true; readonly out: string }) => {
        const api = await openApi(command, terminal);
        const path = `v1/operators/${parseOperatorId(id)}/activation`;
        const body = json({ forgetPasskeys: options.forgetPasskeys === true });
        const answer = await saved(options.out, 'activation', () => api.post(path, body));
        show(command, terminal, answer);
      },
    );
}

function addLink(operator: Command, terminal: Terminal): void {
  const command = operator
    .command('link <id>')
    .description('make a secret with which a person links the own login of the OpenID provider')
    .option('--subject <sub>', 'link this subject at once, without a secret')
    .option('--out <file>', 'a new file for the secret')
    .action(async (id: string, options: { readonly subject?: string; readonly out?: string }) => {
      const { subject, out } = options;
      const path = `v1/operators/${parseOperatorId(id)}`;
      if ((subject === undefined) === (out === undefined)) {
        throw new ConsiliumError('bad-request', 'name a file with --out, or a --subject');
      }
      const api = await openApi(command, terminal);
      show(
        command,
        terminal,
        out === undefined
          ? await api.post(`${path}/subjects`, json({ subject }))
          : await saved(out, 'link', () => api.post(`${path}/link`)),
      );
    });
}

interface TokenOptions {
  readonly label: string;
  readonly right: readonly string[];
  readonly days: string;
}

function withWish(command: Command): Command {
  return command
    .option('--label <words>', 'what the token is for', 'command line')
    .addOption(
      new Option(
        '--right <right>',
        'a right it has; again for more; else all that are not sensitive',
      )
        .argParser(each('right', isRight))
        .default([]),
    )
    .option('--days <days>', 'how long it is valid, 1 to 366', DEFAULT_DAYS);
}

/** @throws ConsiliumError 'bad-request' */
function wishOf({ label, right, days }: TokenOptions): object {
  if (!/^\d{1,3}$/.test(days)) {
    throw new ConsiliumError('bad-request', `--days: expected 1 to 366, got ${days}`);
  }
  return { label, days: Number(days), ...(right.length === 0 ? {} : { rights: right }) };
}

function addTokens(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('your own API tokens');
  const create = withWish(token.command('create'))
    .description(`make a token; the rights are ${RIGHTS.join(', ')}`)
    .requiredOption('--out <file>', 'a new file for the token')
    .action(async (options: TokenOptions & { readonly out: string }) => {
      const api = await openApi(create, terminal);
      const body = json(wishOf(options));
      show(
        create,
        terminal,
        await saved(options.out, 'token', () => api.post('v1/me/tokens', body)),
      );
    });
  addQuestion(token, terminal, 'list', 'list your tokens, without their secrets', (api) =>
    api.get('v1/me/tokens'),
  );
  addDestruction(token, terminal, 'revoke <id>', 'revoke one of your tokens', {
    what: (id) => `The token ${id} opens nothing any more.`,
    does: async (api, id) => {
      await api.delete(`v1/me/tokens/${encodeURIComponent(id)}`);
      return answerOf({ revoked: id });
    },
  });
  addQuestion(program, terminal, 'whoami', 'show who you are and what you may do', (api) =>
    api.get('v1/me'),
  );
}

interface LoginOptions extends TokenOptions {
  readonly activationFile: string;
  readonly passwordFile?: string;
  readonly out: string;
}

function addLogin(program: Command, terminal: Terminal): void {
  const command = withWish(program.command('login'))
    .description('activate your account: set a password and get a first token')
    .requiredOption('--activation-file <file>', 'the file with the secret that you were handed')
    .option('--password-file <file>', 'a file with the password; else the terminal asks')
    .requiredOption('--out <file>', 'a new file for the token')
    .action(async (options: LoginOptions) => {
      const activation = await readSecretLine(options.activationFile);
      const password = await readPassword(options.passwordFile, 'New password: ', terminal);
      const wish = wishOf(options);
      const body = json({
        activation,
        ...(password === undefined ? {} : { password }),
        token: wish,
      });
      const api = openApiWithout(command, terminal);
      show(command, terminal, await saved(options.out, 'token', () => activated(api, body)));
    });
}

/** The token of an activation, as if it had been asked for alone. */
async function activated(api: Api, body: ReturnType<typeof json>): Promise<Answer> {
  const { value } = await api.post('v1/activations', body);
  const token = isRecord(value) ? value['token'] : undefined;
  return { text: JSON.stringify(token), value: token };
}

/** Keeps the secret of an answer in a file of its owner, and shows the rest. */
async function saved(file: string, name: string, ask: () => Promise<Answer>): Promise<Answer> {
  return intoSecretFile(file, async () => {
    const { value } = await ask();
    if (!isRecord(value) || typeof value[name] !== 'string') {
      throw new ConsiliumError('bad-message', `the answer of the coordinator holds no ${name}`);
    }
    const { [name]: secret, ...rest } = value;
    const shown = { ...rest, file };
    return {
      secret: secret as string,
      answer: { text: JSON.stringify(shown), value: shown },
    };
  });
}

function json(value: object): { readonly type: 'application/json'; readonly text: string } {
  return { type: 'application/json', text: JSON.stringify(value) };
}

/** Collects an option that may be given several times. */
function each(
  name: string,
  isOne: (text: string) => boolean,
): (text: string, earlier?: readonly string[]) => readonly string[] {
  return (text, earlier = []) => {
    if (!isOne(text)) {
      throw new InvalidArgumentError(`There is no such ${name}.`);
    }
    return [...earlier, text];
  };
}
