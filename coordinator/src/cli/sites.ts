/** The commands about sites: asked in, let in by a second person, looked at, and put out again. */
import { siteViewSchema } from '@consilium/shared/answers';
import { keyCard } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { ConsiliumError, parseSiteId } from '@consilium/shared/vocabulary';
import { Option, type Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { z } from 'zod';
import { isRecord, type Answer } from './api.js';
import { openApi } from './operator-access.js';
import { show } from './question.js';
import { confirm } from './secret-input.js';
import type { Terminal } from './terminal.js';
import { toWords } from './words.js';

/** Of the answer: what the card shows better. */
const FORMS_OF_KEY = ['identityKey', 'words', 'fingerprint', 'colours', 'keyId'];

const REVOCATIONS = ['key-lost', 'key-compromised', 'left', 'misconduct'];

export function addSites(program: Command, terminal: Terminal): void {
  const site = program.command('site').description('sites: invites, keys, approval, and their end');
  addInvite(site, terminal);
  // The older names.
  addInvite(program, terminal, { hidden: true });
  for (const [parent, name, options] of [
    [site, 'list', {}],
    [program, 'sites', { hidden: true }],
  ] as const) {
    addList(parent, terminal, name, options);
  }
  addShow(site, terminal);
  addApprove(site, terminal);
  addReject(site, terminal);
  addRevoke(site, terminal);
}

function addList(
  parent: Command,
  terminal: Terminal,
  name: string,
  options: { readonly hidden?: boolean },
): void {
  const list = parent
    .command(name, options)
    .description('list the sites and where they stand')
    .action(async () => {
      const api = await openApi(list, terminal);
      show(list, terminal, await api.get('v1/sites'), tableOf);
    });
}

function addInvite(
  parent: Command,
  terminal: Terminal,
  options: { readonly hidden?: boolean } = {},
): void {
  const invite = parent
    .command('invite <site>', options)
    .description(
      'make an invite for a site, in place of an older one; shown once, works once, within 72 hours',
    )
    .action(async (site: string) => {
      const siteId = parseSiteId(site);
      const api = await openApi(invite, terminal);
      const answer = await api.post('v1/invites', json({ siteId }));
      terminal.say(
        `Hand this invite to ${siteId} over a channel that nobody else reads. Somebody else than you approves the site.\n`,
      );
      show(invite, terminal, answer, inviteOf);
    });
}

function addShow(site: Command, terminal: Terminal): void {
  const command = site
    .command('show <site>')
    .description('show one site, and its key as people compare it')
    .action(async (id: string) => {
      const api = await openApi(command, terminal);
      show(command, terminal, await api.get(`v1/sites/${parseSiteId(id)}`), (answer) =>
        cardOf(answer, terminal),
      );
    });
}

interface ApproveOptions {
  readonly words?: string;
  readonly keyId?: string;
}

function addApprove(site: Command, terminal: Terminal): void {
  const command = site
    .command('approve <site>')
    .description('let a site in that somebody else invited, with what it read out to you')
    .option('--words <words>', 'the six words, in quotes')
    .option('--key-id <id>', 'in place of the words: the 16 digits of the key id')
    .action(async (id: string, { words, keyId }: ApproveOptions) => {
      if ((words === undefined) === (keyId === undefined)) {
        const message = 'add --words "…" with the six words that the site read out, or --key-id';
        throw new ConsiliumError('bad-request', message);
      }
      const api = await openApi(command, terminal);
      const body = json(words === undefined ? { keyId } : { words });
      show(command, terminal, await api.post(`v1/sites/${parseSiteId(id)}/approval`, body));
    });
}

function addReject(site: Command, terminal: Terminal): void {
  const command = site
    .command('reject <site>')
    .description('turn a site away that waits for approval')
    .requiredOption('--reason <words>', 'why')
    .action(async (id: string, { reason }: { readonly reason: string }) => {
      const api = await openApi(command, terminal);
      const path = `v1/sites/${parseSiteId(id)}/rejection`;
      show(command, terminal, await api.post(path, json({ reason })));
    });
}

interface RevokeOptions {
  readonly reason: string;
  readonly yes?: true;
}

function addRevoke(site: Command, terminal: Terminal): void {
  const command = site
    .command('revoke <site>')
    .description('put a site out at once: its key counts no longer, in no study')
    .addOption(new Option('--reason <reason>', 'why').choices(REVOCATIONS).makeOptionMandatory())
    .option('--yes', 'do it without a question')
    .action(async (id: string, { reason, yes }: RevokeOptions) => {
      const api = await openApi(command, terminal);
      await confirm(`${id} is put out of every study, for good.`, yes, terminal);
      const path = `v1/sites/${parseSiteId(id)}/revocation`;
      show(command, terminal, await api.post(path, json({ reason })));
    });
}

/** A line a site; `--json` has the rest. An answer in another form is shown as it is. */
function tableOf({ value }: Answer): string {
  const sites = z.array(siteViewSchema).safeParse(value);
  if (!sites.success) {
    return toWords(value);
  }
  return toWords(
    sites.data.map(
      ({ siteId, status, connected, lastSeenMs, uptime, agentVersion, report, words }) => ({
        site: siteId,
        status,
        connected,
        lastSeenAt: lastSeenMs === undefined ? 'never' : new Date(lastSeenMs).toISOString(),
        uptime: uptime === undefined ? '' : `${Math.round(100 * uptime.share)}%`,
        engine: report?.engine?.backend ?? '',
        agent: agentVersion ?? '',
        refuses: report?.studies.filter(({ refusal }) => refusal !== undefined).length ?? '',
        words,
      }),
    ),
  );
}

/** The forms of the key are made here, of the key itself. */
function cardOf({ value }: Answer, { colours }: Terminal): string {
  if (!isRecord(value) || typeof value.identityKey !== 'string') {
    throw new ConsiliumError('bad-message', 'the answer of the coordinator holds no key');
  }
  const rest = Object.entries(value).filter(([name]) => !FORMS_OF_KEY.includes(name));
  const code = (text: string): string => renderUnicodeCompact(text, { border: 1 });
  const card = keyCard(fromBase64(value.identityKey), { colour: colours === true, code });
  return `${toWords(Object.fromEntries(rest))}key:\n${card}`;
}

/** Nothing but the invite, so that it can be piped. */
function inviteOf({ value }: Answer): string {
  if (!isRecord(value) || typeof value.invite !== 'string') {
    throw new ConsiliumError('bad-message', 'the answer of the coordinator holds no invite');
  }
  return `${value.invite}\n`;
}

function json(value: object): { readonly type: 'application/json'; readonly text: string } {
  return { type: 'application/json', text: JSON.stringify(value) };
}
