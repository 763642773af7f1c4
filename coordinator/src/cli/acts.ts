/** The commands about signing: a person's own key, and what it approves, accepts or states with it. */
import type { SigningKeyPair } from '@consilium/shared/crypto';
import { toBase64, type Json } from '@consilium/shared/encoding';
import {
  actSchema,
  meaningOf,
  personKeyClaimSchema,
  signAsPerson,
  STATEMENT_LENGTH,
  type Act,
  type PersonDomain,
} from '@consilium/shared/protocol';
import { ConsiliumError, parseKeyId, parseStudyId } from '@consilium/shared/vocabulary';
import { Argument, type Command } from 'commander';
import type { Answer, Api } from './api.js';
import { openApi, readInput } from './operator-access.js';
import { createKeyFile, readKeyFile } from './person-key-file.js';
import { addDestruction, addQuestion, answerOf, show } from './question.js';
import { readPassword } from './secret-input.js';
import type { Terminal } from './terminal.js';
import { parsed } from './parsed-answer.js';

interface KeyOptions {
  readonly key: string;
  readonly passphraseFile?: string;
}

export function addActs(program: Command, terminal: Terminal): void {
  addKeys(program, terminal);
  const act = program.command('act').description('what you sign with a key of your own');
  addSigning(act, terminal);
  addQuestion(act, terminal, 'list <study>', 'list what people signed of a study', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}/acts`),
  );
}

function addKeys(program: Command, terminal: Terminal): void {
  const key = program.command('key').description('your own signing keys');
  addCreation(key, terminal);
  const register = withKey(key.command('register'))
    .description('register your key: from then on everybody can check what it signs')
    .action(async (options: KeyOptions) => {
      const pair = await openKey(options, terminal);
      const api = await openApi(register, terminal);
      const wish = { kind: 'ed25519', publicKey: toBase64(pair.publicKey) };
      const claim = parsed(personKeyClaimSchema, await api.post('v1/me/keys/claims', json(wish)));
      if (claim.publicKey !== wish.publicKey) {
        throw new ConsiliumError('bad-message', 'the coordinator asks to register another key');
      }
      show(register, terminal, await send(api, 'v1/me/keys', 'person-key', claim, pair));
    });
  addQuestion(key, terminal, 'list', 'list your keys', (api) => api.get('v1/me/keys'));
  addDestruction(key, terminal, 'remove <id>', 'remove a key of yours', {
    what: (id) => `Nothing can be signed with the key ${id} any more.`,
    does: async (api, id) => {
      await api.delete(`v1/me/keys/${parseKeyId(id)}`);
      return answerOf({ removed: id });
    },
  });
}

function addCreation(key: Command, terminal: Terminal): void {
  const create = key
    .command('create')
    .description('make a signing key in a file of yours; it never leaves this machine')
    .requiredOption('--out <file>', 'where to; an existing file is not touched')
    .option('--passphrase-file <file>', 'a file with the passphrase; else the terminal asks')
    .option('--no-passphrase', 'leave the key readable by whoever has the file')
    .action(
      async (options: {
        readonly out: string;
        readonly passphraseFile?: string;
        readonly passphrase: boolean;
      }) => {
        const passphrase = options.passphrase
          ? requirePassphrase(
              await readPassword(options.passphraseFile, 'New passphrase: ', terminal),
            )
          : undefined;
        const value = await createKeyFile(options.out, passphrase);
        show(create, terminal, { text: JSON.stringify(value), value });
      },
    );
}

function requirePassphrase(passphrase: string | undefined): string {
  if (passphrase === undefined || passphrase === '') {
    const message = 'no passphrase: add --passphrase-file FILE, or --no-passphrase to do without';
    throw new ConsiliumError('bad-request', message);
  }
  return passphrase;
}

interface SigningOptions extends KeyOptions {
  readonly round?: string;
  readonly textFile?: string;
  readonly yes?: true;
}

function addSigning(act: Command, terminal: Terminal): void {
  const kinds = ['study-approved', 'adapter-accepted', 'statement'] as const;
  const sign = withKey(act.command('sign'))
    .description('show what an act means; with --yes, sign it')
    .addArgument(new Argument('<act>', 'what you sign').choices(kinds))
    .argument('<study>')
    .option('--round <n>', 'of adapter-accepted; the newest if not given')
    .option('--text-file <file>', 'of statement: what you state')
    .option('--yes', 'sign')
    .action(async (kind: (typeof kinds)[number], study: string, options: SigningOptions) => {
      const studyId = parseStudyId(study);
      const wish = await wishOf(kind, options);
      const api = await openApi(sign, terminal);
      const path = `v1/studies/${studyId}/acts`;
      const body = parsed(actSchema, await api.post(`${path}/preparations`, json(wish)));
      requireAsWished(body, wish, studyId);
      terminal.say(`${body.meaning}\n${body.act === 'statement' ? `${body.text}\n` : ''}`);
      if (options.yes !== true) {
        terminal.say('Nothing was signed: add --yes to sign this.\n');
        return;
      }
      show(sign, terminal, await send(api, path, 'act', body, await openKey(options, terminal)));
    });
}

type Wish =
  | { readonly act: 'study-approved' }
  | { readonly act: 'adapter-accepted'; readonly roundNo?: number }
  | { readonly act: 'statement'; readonly text: string };

async function wishOf(act: Wish['act'], { round, textFile }: SigningOptions): Promise<Wish> {
  switch (act) {
    case 'study-approved':
      return { act };
    case 'adapter-accepted':
      return { act, ...(round === undefined ? {} : { roundNo: Number(round) }) };
    case 'statement': {
      const text = textFile === undefined ? '' : (await readInput(textFile)).trim();
      if (text === '' || text.length > STATEMENT_LENGTH) {
        const message = `a statement has 1 to ${STATEMENT_LENGTH} characters: name its file with --text-file`;
        throw new ConsiliumError('bad-request', message);
      }
      return { act, text };
    }
  }
}

/** The coordinator prepares; that it is what was asked for, and means what it says, is checked here before anything is signed. */
function requireAsWished(body: Act, wish: Wish, studyId: string): void {
  const isAsked =
    body.act === wish.act &&
    body.subject.studyId === studyId &&
    (body.act !== 'statement' || (wish.act === 'statement' && body.text === wish.text)) &&
    (wish.act !== 'adapter-accepted' ||
      wish.roundNo === undefined ||
      (body.act === 'adapter-accepted' && body.subject.roundNo === wish.roundNo));
  if (!isAsked || body.meaning !== meaningOf(body)) {
    throw new ConsiliumError('bad-message', 'the coordinator prepared another act than was asked');
  }
}

function withKey(command: Command): Command {
  return command
    .requiredOption('--key <file>', 'the file of your key')
    .option('--passphrase-file <file>', 'a file with its passphrase; else the terminal asks');
}

function openKey({ key, passphraseFile }: KeyOptions, terminal: Terminal): Promise<SigningKeyPair> {
  return readKeyFile(key, () => readPassword(passphraseFile, 'Passphrase of the key: ', terminal));
}

function send<T extends Json>(
  api: Api,
  path: string,
  domain: PersonDomain,
  body: T,
  pair: SigningKeyPair,
): Promise<Answer> {
  return api.post(path, json(signAsPerson(domain, body, pair)));
}

function json(value: object): { readonly type: 'application/json'; readonly text: string } {
  return { type: 'application/json', text: JSON.stringify(value) };
}
