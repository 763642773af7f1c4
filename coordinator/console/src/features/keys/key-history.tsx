/** What happened to keys, from the log, the newest first: of one site, or of all. */
import { Text } from '@mantine/core';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { WaitingLines } from '../../components/waiting-lines.js';
import { useFormats, useWords, type Dictionary } from '../../i18n/language.js';
import { KEY_LEAVES, keyEvents, type KeyEvent } from '../../lib/keys.js';
import { useLeaves } from '../../lib/use-leaves.js';
import { useNames } from '../../lib/use-names.js';

/** @param siteId of all sites if not given */
export function KeyHistory({ siteId }: { readonly siteId?: string }) {
  const { history: words } = useWords().keys;
  const leaves = useLeaves(KEY_LEAVES, siteId);
  return (
    <Panel title={words.title}>
      {leaves === undefined ? (
        <WaitingLines />
      ) : (
        <>
          <Events events={keyEvents(leaves.entries)} />
          {leaves.hasOlder ? (
            <Text size="sm" c="dimmed">
              {words.older}
            </Text>
          ) : null}
        </>
      )}
    </Panel>
  );
}

function Events({ events }: { readonly events: readonly KeyEvent[] }) {
  const { keys, sites } = useWords();
  const words = keys.history;
  const formats = useFormats();
  const nameOf = useNames();
  if (events.length === 0) {
    return <Text c="dimmed">{words.none}</Text>;
  }
  return (
    <DataTable
      isTitled
      caption={words.title}
      columns={[words.when, words.site, words.what, words.key, words.leaf]}
      rows={events.map((event) => [
        formats.dateTime(event.atMs),
        event.siteId,
        whatHappened(event, words, sites.revoke.reasons, nameOf),
        <code key="key">{event.keyId}</code>,
        `#${event.index}`,
      ])}
    />
  );
}

function whatHappened(
  event: KeyEvent,
  words: Dictionary['keys']['history'],
  reasons: Readonly<Record<string, string>>,
  nameOf: (operatorId: string) => string,
): string {
  switch (event.kind) {
    case 'enrolled':
      return words.enrolled(nameOf(event.by));
    case 'rotated':
      return words.rotated(event.oldKeyId);
    case 'revoked':
      return words.revoked(reasons[event.reason] ?? event.reason, nameOf(event.by));
  }
}
