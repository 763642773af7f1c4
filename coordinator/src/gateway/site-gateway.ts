/**
 * The sites' door: authenticates each socket, turns it into a connection, delivers what the site is owed and answers what it
 * asks. Nothing of a site's state lives here, so a lost socket loses nothing.
 */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SOCKET } from '@consilium/shared/protocol';
import { errorCodeOf } from '@consilium/shared/vocabulary';
import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { DeliveryLoop } from './delivery.js';
import type { Welcome } from './handshake.js';
import { OwedMessages } from './owed-messages.js';
import { Presence } from './presence.js';
import { Reauthentication } from './reauthentication.js';
import { SiteAnswers } from './site-answers.js';
import { SiteConnection } from './site-connection.js';
import { openSocketServer } from './socket-server.js';
import { Strangers } from './strangers.js';

@Injectable()
export class SiteGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: Server | undefined;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly presence: Presence,
    private readonly reauthentication: Reauthentication,
    private readonly owed: OwedMessages,
    private readonly answers: SiteAnswers,
    private readonly strangers: Strangers,
  ) {}

  onApplicationBootstrap(): void {
    const http = this.host.httpAdapter.getHttpServer() as HttpServer;
    const server = openSocketServer(http, (request) => this.strangers.admits(request));
    server.use((socket, next) => {
      void this.authenticate(socket).then(next);
    });
    server.on('connection', (socket) => {
      this.connect(socket, socket.data as Welcome);
    });
    this.stopListening = this.owed.onOwed((siteId) => {
      this.presence.wake(siteId);
    });
    this.server = server;
  }

  beforeApplicationShutdown(): void {
    this.stopListening();
    this.presence.endAll();
    this.server?.engine.close();
  }

  /** @returns the error that refuses the socket. Whatever the reason was, its code is all that goes out. */
  private async authenticate(socket: Socket): Promise<Error | undefined> {
    try {
      socket.data = await this.strangers.authenticate(socket.request, socket.handshake.auth);
      return undefined;
    } catch (error) {
      this.presence.refused(error);
      setImmediate(() => {
        socket.conn.close();
      });
      return new Error(errorCodeOf(error));
    }
  }

  private connect(socket: Socket, welcome: Welcome): void {
    const { siteId, hello, channel, agentVersion } = welcome;
    const connection: SiteConnection = new SiteConnection(
      siteId,
      socket,
      channel,
      (request, attachment) => this.answers.answer(siteId, request, attachment),
      (reason, error) => {
        this.presence.ended(siteId, reason, error);
      },
    );
    socket.on('disconnect', () => {
      this.presence.leave(connection);
      this.reauthentication.forget(connection);
    });
    const owed = {
      next: () => this.owed.next(siteId),
      received: (id: number) => {
        this.owed.received(siteId, id);
      },
    };
    const delivery = new DeliveryLoop(connection, owed, (error) => {
      connection.end('internal-error', error);
    });
    socket.emit(SOCKET.hello, hello);
    this.presence.enter(connection, delivery, agentVersion);
    this.reauthentication.watch(connection, welcome);
    this.reauthentication.requireStillActive(connection, welcome).catch((error: unknown) => {
      connection.end('internal-error', error);
    });
  }
}
