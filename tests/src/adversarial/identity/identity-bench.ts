/** A running coordinator process with two people, and hospitals that a spec enrols by hand, as far as it wants. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBoard } from '@consilium/demo/event-board';
import { startCoordinator, type FederationPlan } from '@consilium/demo/federation';
import { Fleet } from '@consilium/demo/fleet';
import {
  fingerprintWords,
  generateSigningKeyPair,
  sha256,
  signBody,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { Enrolment, EnrolmentReply, Leaf } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import type { SiteIdentity } from '../transport/raw-site.js';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** In one answer. */
const LEAVES = 100;

/** Who asks: the one who invites, the one who approves, or nobody in particular. */
export type Person = 'inviter' | 'approver' | 'anybody';

export class IdentityBench {
  private constructor(
    readonly url: string,
    private readonly tokens: Readonly<Record<Person, string | undefined>>,
    private readonly fleet: Fleet,
    readonly folder: string,
  ) {}

  static async start(): Promise<IdentityBench> {
    const folder = await mkdtemp(join(tmpdir(), 'consilium-identity-'));
    const fleet = new Fleet();
    const plan: FederationPlan = {
      ...{ folder, sites: [], dataFolder: folder, backboneFolder: folder, studyFile: '' },
      board: new EventBoard(() => undefined),
      // One address tries all of this; how much it may is the subject of other cases.
      coordinator: { limits: { requestsPerMinute: 100_000, pendingHandshakesPerAddress: 1000 } },
    };
    try {
      const { url, operator, approver } = await startCoordinator(plan, fleet);
      const tokens = {
        inviter: await tokenOf(operator),
        approver: await tokenOf(approver),
        anybody: undefined,
      };
      return new IdentityBench(url, tokens, fleet, folder);
    } catch (error) {
      await fleet.stopAll();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.fleet.stopAll();
    await rm(this.folder, { recursive: true, force: true });
  }

  async post(person: Person, path: string, body: unknown): Promise<Answer> {
    const token = this.tokens[person];
    const response = await fetch(`${this.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async leaves(): Promise<readonly Leaf[]> {
    const found: Leaf[] = [];
    for (let isMore = true; isMore;) {
      const path = `log/leaves?start=${found.length}&count=${LEAVES}`;
      const { leaves } = (await this.get(path)) as { leaves: { leaf: string }[] };
      found.push(...leaves.map(({ leaf }) => JSON.parse(leaf) as Leaf));
      isMore = leaves.length === LEAVES;
    }
    return found;
  }

  /** As the one who invites sees it. */
  site(site: string): Promise<unknown> {
    return this.get(`sites/${site}`);
  }

  async invite(site: string): Promise<string> {
    const { body } = await this.post('inviter', 'invites', { siteId: site });
    return String(body['invite']);
  }

  enrolmentOf(site: string, invite: string, changes: Partial<Enrolment>): Enrolment {
    return {
      v: 1,
      siteId: parseSiteId(site),
      identityKey: '',
      inviteHash: toBase64(sha256(fromBase64(invite))),
      agentVersion: '0.1.0',
      ...changes,
    };
  }

  /** @param domain of the signature, which an attacker may take from elsewhere. */
  claim(
    site: string,
    invite: string,
    key: SigningKeyPair,
    domain: 'enrolment' | 'join' = 'enrolment',
  ): Promise<Answer> {
    const body = this.enrolmentOf(site, invite, { identityKey: toBase64(key.publicKey) });
    return this.post('anybody', 'enrolments', { invite, enrolment: signBody(domain, body, key) });
  }

  /** From the invite to the claim; nobody has approved it. */
  async pending(site: string): Promise<SiteIdentity> {
    const identity = generateSigningKeyPair();
    const { body } = await this.claim(site, await this.invite(site), identity);
    const { coordinatorKey } = body as unknown as EnrolmentReply;
    return { siteId: parseSiteId(site), identity, coordinatorKey: fromBase64(coordinatorKey) };
  }

  approve(
    { siteId, identity }: SiteIdentity,
    person: Person = 'approver',
    words = fingerprintWords(identity.publicKey).join(' '),
  ): Promise<Answer> {
    return this.post(person, `sites/${siteId}/approval`, { words });
  }

  async active(site: string): Promise<SiteIdentity> {
    const identity = await this.pending(site);
    const { status } = await this.approve(identity);
    if (status !== 200) {
      throw new Error(`the approval of ${site} answered ${status}`);
    }
    return identity;
  }

  revoke(site: string): Promise<Answer> {
    return this.post('approver', `sites/${site}/revocation`, { reason: 'key-compromised' });
  }

  private async get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.tokens.inviter}` };
    return (await fetch(`${this.url}/v1/${path}`, { headers })).json();
  }
}

async function tokenOf(person: readonly string[]): Promise<string> {
  const file = person[person.indexOf('--token-file') + 1] ?? '';
  return (await readFile(file, 'utf8')).trim();
}
