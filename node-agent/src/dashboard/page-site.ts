/** What the pages are made of: the home folder of this site, its settings, and what the running agent says of the moment. */
import type { SiteId } from '@consilium/shared/vocabulary';
import type { AgentConfig } from '../config/agent-config.js';
import type { Home } from '../config/home.js';
import type { Logger } from '../telemetry/logger.js';
import type { LiveSite } from './live-site.js';
import type { Html } from './html.js';
import type { Session } from './login/sessions.js';
import type { Words } from './words/english.js';
import type { Language } from './words/languages.js';

export interface PageSite {
  readonly home: Home;
  readonly config: AgentConfig;
  readonly siteId: SiteId;
  readonly live: LiveSite;
  readonly logger: Logger;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
}

/** One request of somebody who is signed in. */
export interface Asked {
  readonly site: PageSite;
  readonly session: Session;
  readonly language: Language;
  readonly words: Words;
  /** What the placeholders of the route's path stand for, decoded. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of a POST; empty else. */
  readonly form: URLSearchParams;
}

export type Answer =
  | {
      readonly kind: 'page';
      readonly title: string;
      /** Asked for again every two seconds, and exchanged where it differs. */
      readonly live?: Html;
      readonly body: Html;
      readonly status?: number;
    }
  | { readonly kind: 'redirect'; readonly to: string }
  | {
      readonly kind: 'file';
      readonly type: string;
      readonly name: string;
      readonly bytes: Uint8Array | string;
    };
