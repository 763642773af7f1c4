/** What may be shown of a configuration: everything but the password inside a database url. */
import type { CoordinatorConfig } from './config-schema.js';

/** A copy for logs and `config show`; an address that cannot be taken apart is hidden whole. */
export function redactConfig(config: CoordinatorConfig): CoordinatorConfig {
  if (config.database.url === undefined) {
    return config;
  }
  return { ...config, database: { ...config.database, url: redactUrl(config.database.url) } };
}

/** Hides the password and the query, which may carry another one. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) {
    return '[redacted]';
  }
  const url = new URL(text);
  if (url.password !== '') {
    url.password = 'redacted';
  }
  url.search = url.search === '' ? '' : '?redacted';
  return url.href;
}
