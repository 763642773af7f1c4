/** One line per answered request, without query and headers, which may carry secrets. */
import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../logging/log.js';
import type { Metrics } from '../metrics.js';

const BUCKETS_SECONDS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** Asked every few seconds by machines. */
const QUIET = /^\/(health|metrics)(\/|$)/;

export function requestLog(
  log: Log,
  metrics: Metrics,
): (request: Request, response: Response, next: NextFunction) => void {
  const durations = metrics.histogram('http_request_seconds', 'Time to answer.', BUCKETS_SECONDS, [
    'method',
    'status',
  ]);
  return (request, response, next) => {
    const startedMs = performance.now();
    response.once('close', () => {
      const durationMs = performance.now() - startedMs;
      const fields = {
        method: request.method,
        path: request.path,
        status: response.statusCode,
        durationMs: Math.round(durationMs),
      };
      durations.observe(
        { method: request.method, status: String(response.statusCode) },
        durationMs / 1000,
      );
      if (QUIET.test(request.path)) {
        log.debug('request', fields);
      } else {
        log.info('request', fields);
      }
    });
    next();
  };
}
