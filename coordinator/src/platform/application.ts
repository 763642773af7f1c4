/** Starts the coordinator's HTTP side and stops it in order: no new requests, running work to its end, database last. */
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { errorCode } from '../config/error-code.js';
import { frontDoor, securityHeaders } from './http/front-door.js';
import { LimitedServer } from './http/limited-server.js';
import { RequestLimits } from './http/limits.js';
import { isOwnOrigin, listeningPort } from './http/own-origins.js';
import { Refusals } from './http/refusals.js';
import { requestLog } from './http/request-log.js';
import { followTlsFiles, readTlsOptions, type SecureServer } from './http/tls-files.js';
import type { Log } from './logging/log.js';
import { NestLog } from './logging/nest-log.js';
import { Metrics } from './metrics.js';

export interface RunningApplication {
  /** Where it listens, e.g. `http://127.0.0.1:7443`; https where it holds a certificate. */
  readonly url: string;
  readonly nest: NestExpressApplication;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly config: CoordinatorConfig;
  readonly log: Log;
  /** Called before the port is opened, e.g. to set the socket adapter. */
  readonly prepare?: (nest: NestExpressApplication) => void;
}

/** @throws ConsiliumError 'port-in-use' and whatever a module refuses to start with; everything opened is closed again. */
export async function startApplication(
  root: Type | DynamicModule,
  { config, log, prepare }: ApplicationOptions,
): Promise<RunningApplication> {
  const server = new LimitedServer({
    tls: config.tls === undefined ? undefined : readTlsOptions(config),
    connectionsPerAddress: config.limits.connectionsPerAddress,
    trustedProxies: config.trustedProxies,
  });
  const nest = await NestFactory.create<NestExpressApplication>(root, server, {
    abortOnError: false,
    // Bodies are read by the route that wants one, after the guard.
    bodyParser: false,
    logger: new NestLog(log),
  });
  try {
    passFrontDoor(nest, config, log);
    prepare?.(nest);
    await listen(nest, config);
  } catch (error) {
    await nest.close();
    throw error;
  }
  const stopFollowing = config.tls === undefined ? undefined : followCertificate(nest, config, log);
  const url = urlOf(nest, config);
  log.info('listening', { url });
  return {
    url,
    nest,
    close: async () => {
      stopFollowing?.();
      await nest.close();
    },
  };
}

/** What every request passes, in this order. */
function passFrontDoor(nest: NestExpressApplication, config: CoordinatorConfig, log: Log): void {
  const limits = nest.get(RequestLimits);
  nest.set('trust proxy', [...config.trustedProxies]);
  nest.use(securityHeaders);
  nest.use(requestLog(log, nest.get(Metrics)));
  nest.use(
    frontDoor(config, limits, nest.get(Refusals), (origin) =>
      isOwnOrigin(origin, config, listeningPort(nest.getHttpServer())),
    ),
  );
}

function followCertificate(
  nest: NestExpressApplication,
  config: CoordinatorConfig,
  log: Log,
): () => void {
  return followTlsFiles(nest.getHttpServer() as unknown as SecureServer, config, log);
}

/**
 * Closes the application at SIGTERM or SIGINT; a second signal ends the process at once.
 * @param done called when everything is closed, with the error if something could not be.
 */
export function closeOnSignals(
  application: RunningApplication,
  log: Log,
  done: (error?: unknown) => void,
): void {
  let closing = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (closing) {
      process.exit(130);
    }
    closing = true;
    log.info('shutting down', { signal });
    application.close().then(() => {
      done();
    }, done);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function listen(nest: NestExpressApplication, config: CoordinatorConfig): Promise<void> {
  const { host, port } = config.http;
  try {
    await nest.listen(port, host);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'EADDRINUSE') {
      const message = `port ${port} on ${host} is taken: stop the program that holds it, or choose another http.port`;
      throw new ConsiliumError('port-in-use', message, { cause });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      const message = `http: cannot listen on ${host} port ${port} (${code}): choose an address of this machine and a port from 1024`;
      throw new ConsiliumError('bad-configuration', message, { cause });
    }
    throw cause;
  }
}

function urlOf(nest: NestExpressApplication, config: CoordinatorConfig): string {
  const { host } = config.http;
  const port = listeningPort(nest.getHttpServer());
  const scheme = config.tls === undefined ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
