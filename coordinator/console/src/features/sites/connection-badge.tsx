/** Whether a site is connected, or why it cannot be. */
import type { SiteView } from '@consilium/shared/answers';
import { StatusBadge, type Tone } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { connectionOf, type Connection } from '../../lib/sites.js';

const TONES = {
  connected: 'good',
  away: 'wait',
  never: 'calm',
  pending: 'busy',
  rejected: 'bad',
  revoked: 'bad',
} as const satisfies Record<Connection, Tone>;

export function ConnectionBadge({ site }: { readonly site: SiteView }) {
  const { connection: words } = useWords().sites;
  const connection = connectionOf(site);
  return <StatusBadge tone={TONES[connection]}>{words[connection]}</StatusBadge>;
}
