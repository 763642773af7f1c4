/** How a site is connected now and was in the last days, and with which program and engine. */
import { Text } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { Fact, Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { useNames } from '../../lib/use-names.js';
import { UptimeBars } from './uptime-bars.js';

export function ConnectionPanel({ site }: { readonly site: SiteView }) {
  const { page: words } = useWords().sites;
  const { uptime, replacedSockets } = site;
  return (
    <Panel title={words.connection}>
      <Facts>
        <Seen site={site} />
        <Program site={site} />
        {replacedSockets === 0 ? null : (
          <Fact name={words.replaced}>
            <span title={words.replacedHint}>{replacedSockets}</span>
          </Fact>
        )}
        <LetIn site={site} />
      </Facts>
      {uptime === undefined ? null : <UptimeBars uptime={uptime} />}
    </Panel>
  );
}

function Seen({ site }: { readonly site: SiteView }) {
  const { page: words, neverSeen } = useWords().sites;
  const { connectedSinceMs, lastSeenMs } = site;
  if (connectedSinceMs !== undefined) {
    return (
      <Fact name={words.since}>
        <When atMs={connectedSinceMs} />
      </Fact>
    );
  }
  return (
    <Fact name={words.lastSeen}>
      {lastSeenMs === undefined ? neverSeen : <When atMs={lastSeenMs} />}
    </Fact>
  );
}

function Program({ site: { agentVersion, report } }: { readonly site: SiteView }) {
  const { page: words, notReported } = useWords().sites;
  const engine = report?.engine;
  return (
    <>
      <Fact name={words.version}>{agentVersion ?? notReported}</Fact>
      <Fact name={words.engine}>
        {engine === undefined ? notReported : `${engine.backend} ${engine.version}`}
      </Fact>
      {engine === undefined ? null : <Fact name={words.device}>{engine.device}</Fact>}
      {report === undefined ? null : (
        <Fact name={words.reported}>
          <When atMs={report.atMs} />
        </Fact>
      )}
    </>
  );
}

function LetIn({ site }: { readonly site: SiteView }) {
  const { page: words } = useWords().sites;
  const formats = useFormats();
  const nameOf = useNames();
  const { invitedBy, decidedBy, decidedAtMs, status, reason } = site;
  return (
    <>
      {invitedBy === '' ? null : <Fact name={words.invitedBy}>{nameOf(invitedBy)}</Fact>}
      {status === 'active' && decidedBy !== '' ? (
        <Fact name={words.letInBy}>{nameOf(decidedBy)}</Fact>
      ) : null}
      {status === 'active' && decidedAtMs !== undefined ? (
        <Fact name={words.letInAt}>{formats.dateTime(decidedAtMs)}</Fact>
      ) : null}
      {reason === '' ? null : (
        <Fact name={words.reason}>
          <Text component="span">{reason}</Text>
        </Fact>
      )}
    </>
  );
}
