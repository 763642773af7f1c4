/** Sites of a secure study in a process of their own, each behind a real socket, for a coordinator in the process that forked this one. */
import { setImmediate as breath } from 'node:timers/promises';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { OwedMessage } from '@consilium/shared/protocol';
import type { SecurePort } from '../../rounds/testing/secure-site.js';
import { SecureSite } from '../../rounds/testing/secure-site.js';
import { SocketSite, type Later } from './socket-site.js';

/** What the players need to know; keys in base64. */
export interface Cast {
  readonly url: string;
  readonly coordinatorKey: string;
  readonly sites: readonly {
    readonly name: string;
    readonly weight: number;
    readonly publicKey: string;
    readonly secretKey: string;
  }[];
}

/** What they say: that all have joined, that the last of them got a message, what went over the wire. */
export type Word =
  | { readonly kind: 'all-joined' }
  | { readonly kind: 'all-got'; readonly message: OwedMessage['kind'] }
  | { readonly kind: 'wire'; readonly sent: number; readonly received: number };

export function castOf(
  url: string,
  coordinatorKey: Uint8Array,
  sites: readonly SecureSite[],
): Cast {
  return {
    url,
    coordinatorKey: toBase64(coordinatorKey),
    sites: sites.map(({ siteId, weight, identity }) => ({
      name: siteId,
      weight,
      publicKey: toBase64(identity.publicKey),
      secretKey: toBase64(identity.secretKey),
    })),
  };
}

/** Plays all sites to the end of the study. */
export async function play(
  { url, coordinatorKey, sites }: Cast,
  say: (word: Word) => void,
): Promise<void> {
  const got = new Map<OwedMessage['kind'], number>();
  const count = (kind: OwedMessage['kind']): void => {
    got.set(kind, (got.get(kind) ?? 0) + 1);
    if (got.get(kind) === sites.length) {
      say({ kind: 'all-got', message: kind });
    }
  };
  const inTurn = oneAfterTheOther();
  const later = oneATurn();
  const players = sites.map(
    ({ name, weight, publicKey, secretKey }) =>
      new CountingSite({ count, inTurn }, name, weight, {
        publicKey: fromBase64(publicKey),
        secretKey: fromBase64(secretKey),
      }),
  );
  void Promise.all(players.map(({ joined }) => joined)).then(() => {
    say({ kind: 'all-joined' });
  });
  const directory = new Map(players.map(({ siteId, identity }) => [siteId, identity.publicKey]));
  const open: SocketSite[] = [];
  for (const player of players) {
    directory.forEach((key, siteId) => player.directory.set(siteId, key));
    open.push(await connect(url, player, fromBase64(coordinatorKey), later));
  }
  await Promise.all(players.map((player) => player.over));
  const sum = (of: (site: SocketSite) => number): number =>
    open.reduce((total, site) => total + of(site), 0);
  say({
    kind: 'wire',
    sent: sum(({ bytes }) => bytes.sent),
    received: sum(({ bytes }) => bytes.received),
  });
  open.forEach(({ socket }) => socket.disconnect());
}

/** @throws Error later, which ends the process, when the coordinator closes the connection before the study is over */
async function connect(
  url: string,
  player: CountingSite,
  key: Uint8Array,
  later: Later,
): Promise<SocketSite> {
  const connected = await connectAtLast(() => SocketSite.connect(url, player, key, {}, later));
  let isOver = false;
  void player.over.then(() => {
    isOver = true;
  });
  connected.socket.once('disconnect', (reason) => {
    if (!isOver) {
      throw new Error(`${player.siteId} lost its connection: ${reason}`);
    }
  });
  return connected;
}

/**
 * Messages are read one a turn of the event loop, after their receipts are sent. All at once, the relays of 128 sites take longer on
 * a busy machine than a connection waits for a ping, and one after the other before their receipts longer than it waits for those.
 */
function oneATurn(): Later {
  const waiting: (() => void)[] = [];
  const readAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      await breath();
      waiting[0]?.();
      waiting.shift();
    }
  };
  return (read) => {
    waiting.push(read);
    if (waiting.length === 1) {
      void readAll();
    }
  };
}

/** So often, in the few seconds that a coordinator leaves for a handshake, a busy machine may not come to it. */
const TRIES = 5;

async function connectAtLast(connect: () => Promise<SocketSite>): Promise<SocketSite> {
  for (let left = TRIES; left > 1; left -= 1) {
    try {
      return await connect();
    } catch {
      await breath(); // The last try says what it failed of.
    }
  }
  return connect();
}

type InTurn = (work: () => Promise<void>) => Promise<void>;

/** Sites of one process begin to answer one after the other, with room for all sockets in between; they do not wait for answers. */
function oneAfterTheOther(): InTurn {
  let line: Promise<void> = Promise.resolve();
  return (work) => {
    line = line.then(() => breath());
    return line.then(work);
  };
}

interface Stage {
  readonly count: (kind: OwedMessage['kind']) => void;
  readonly inTurn: InTurn;
}

class CountingSite extends SecureSite {
  private noteJoined: () => void = () => undefined;
  private noteOver: () => void = () => undefined;
  readonly joined = new Promise<void>((resolve) => {
    this.noteJoined = resolve;
  });
  /** Resolves at the end of the study. */
  readonly over = new Promise<void>((resolve) => {
    this.noteOver = resolve;
  });

  constructor(
    private readonly stage: Stage,
    ...site: ConstructorParameters<typeof SecureSite>
  ) {
    super(...site);
  }

  /** @throws Error when the study fails, which ends the process */
  override async receive(message: OwedMessage, port: SecurePort): Promise<void> {
    this.stage.count(message.kind);
    if (message.kind === 'study.failed' || message.kind === 'round.aborted') {
      throw new Error(`${this.siteId} was told of the end: ${message.reason}`);
    }
    await this.stage.inTurn(() => super.receive(message, port));
    if (message.kind === 'study.offer') {
      this.noteJoined();
    } else if (message.kind === 'study.completed') {
      this.noteOver();
    }
  }
}
