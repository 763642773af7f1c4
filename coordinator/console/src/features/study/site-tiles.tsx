/** Each site of the study in words: what it has to do with it, and how far it is in the round. */
import { SimpleGrid, Text } from '@mantine/core';
import type { ParticipantView, StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { EmptyState } from '../../components/empty-state.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge, toneClass, type Tone } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { sitesQuery } from '../../lib/api/site-queries.js';
import type { RoundNow } from '../../lib/rounds-now.js';
import classes from './site-tiles.module.css';

const TONES = {
  invited: 'wait',
  advertised: 'busy',
  shared: 'busy',
  updated: 'good',
  declined: 'calm',
  refused: 'bad',
  left: 'bad',
  survivor: 'good',
  dropped: 'wait',
} as const satisfies Record<ParticipantView['state'], Tone>;

export interface SiteTilesProps {
  readonly study: StudyView;
  readonly now: RoundNow | undefined;
}

export function SiteTiles({ study, now }: SiteTilesProps) {
  const words = useWords().study.sites;
  const { data: known } = useQuery(sitesQuery);
  const { sites, declined } = study;
  return (
    <Panel title={words.title}>
      {sites.length + declined.length === 0 ? (
        <EmptyState title={words.none} how={words.noneHow} />
      ) : (
        <SimpleGrid
          cols={{ base: 1, xs: 2 }}
          spacing="sm"
          component="ul"
          className={classes['list'] ?? ''}
        >
          {sites.map((site) => (
            <SiteTile
              key={site.siteId}
              site={site}
              connected={known?.find(({ siteId }) => siteId === site.siteId)?.connected}
              participant={now?.attempt.participants.find(({ siteId }) => siteId === site.siteId)}
            />
          ))}
          {declined.map(({ siteId, code }) => (
            <li key={siteId} className={`${classes['tile'] ?? ''} ${toneClass('calm')}`}>
              <Text fw={600}>{siteId}</Text>
              <StatusBadge tone="calm">{words.declined(code)}</StatusBadge>
            </li>
          ))}
        </SimpleGrid>
      )}
    </Panel>
  );
}

interface SiteTileProps {
  readonly site: StudyView['sites'][number];
  /** Undefined while nobody knows, or for whom the site is not to be seen. */
  readonly connected: boolean | undefined;
  readonly participant: ParticipantView | undefined;
}

function SiteTile({ site, connected, participant }: SiteTileProps) {
  const words = useWords().study.sites;
  const formats = useFormats();
  const tone = site.member ? toneOf(participant) : 'calm';
  return (
    <li className={`${classes['tile'] ?? ''} ${toneClass(tone)}`}>
      <Text fw={600}>{site.siteId}</Text>
      <StatusBadge tone={tone}>
        {site.member ? stateWords(words, participant) : words.left}
      </StatusBadge>
      {site.member ? (
        <Text size="sm" data-connected={connected}>
          {connectionWords(words, connected)}
        </Text>
      ) : null}
      <Text size="sm" c="dimmed">
        {words.pictures(site.used, site.skipped)}
      </Text>
      {participant === undefined || participant.bytes === 0 ? null : (
        <Text size="sm" c="dimmed">
          {words.trained(formats.duration(participant.trainMs), formats.bytes(participant.bytes))}
        </Text>
      )}
    </li>
  );
}

function connectionWords(
  words: ReturnType<typeof useWords>['study']['sites'],
  connected: boolean | undefined,
): string {
  if (connected === undefined) {
    return words.unknown;
  }
  return connected ? words.connected : words.notConnected;
}

function toneOf(participant: ParticipantView | undefined): Tone {
  return participant === undefined ? 'calm' : TONES[participant.state];
}

function stateWords(
  words: ReturnType<typeof useWords>['study']['sites'],
  participant: ParticipantView | undefined,
): string {
  if (participant === undefined) {
    return words.idle;
  }
  const { state, refusedSharesOf } = participant;
  return refusedSharesOf === undefined ? words.state[state] : words.refusedShares(refusedSharesOf);
}
