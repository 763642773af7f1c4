/** What all views of a study share: its name, its phase, the tabs. */
import { Group, Tabs, Text } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useOutletContext, useParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { PageTitle } from '../../components/page-title.js';
import { Notice, StatusBadge } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useWords } from '../../i18n/language.js';
import { studyQuery } from '../../lib/api/queries.js';
import { standingOf } from '../../lib/standing.js';
import { useNames } from '../../lib/use-names.js';
import { STANDING_TONES } from '../studies/study-card.js';

const TABS = ['live', 'timeline', 'curves', 'heat', 'adapters'] as const;
type Tab = (typeof TABS)[number];

export function StudyLayout() {
  const { studyId = '' } = useParams();
  const study = useQuery(studyQuery(studyId));
  return <Answer of={study}>{(view) => <Loaded study={view} />}</Answer>;
}

/** The study whose view this is. */
export function useStudy(): StudyView {
  return useOutletContext<StudyView>();
}

function Loaded({ study }: { readonly study: StudyView }) {
  const { studies: words } = useWords();
  const { rounds, reason, pause } = study;
  const standing = standingOf(study);
  return (
    <>
      <PageTitle title={study.title}>
        <Group gap="sm">
          <Text>{words.round(rounds.committed, rounds.total)}</Text>
          <StatusBadge tone={STANDING_TONES[standing]}>{words.phase[standing]}</StatusBadge>
        </Group>
      </PageTitle>
      {reason === '' ? null : <Notice tone="bad">{words.hasFailed(reason)}</Notice>}
      {pause === undefined ? null : <Paused pause={pause} />}
      <StudyTabs studyId={study.studyId} />
      <Outlet context={study} />
    </>
  );
}

function Paused({ pause }: { readonly pause: NonNullable<StudyView['pause']> }) {
  const { studies: words } = useWords();
  const nameOf = useNames();
  return (
    <Notice tone="wait">
      {words.isPaused(nameOf(pause.by), pause.reason)} (<When atMs={pause.pausedAtMs} />)
    </Notice>
  );
}

function StudyTabs({ studyId }: { readonly studyId: string }) {
  const { study: words } = useWords();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const last = pathname.split('/')[3];
  const here = TABS.find((tab) => tab === last) ?? 'live';
  return (
    <Tabs
      value={here}
      mb="md"
      onChange={(tab) => void navigate(pathOf(studyId, tab as Tab))}
      activateTabWithKeyboard={false}
    >
      <Tabs.List aria-label={words.tabsLabel}>
        {TABS.map((tab) => (
          <Tabs.Tab key={tab} value={tab} aria-controls="content">
            {words.tabs[tab]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}

function pathOf(studyId: string, tab: Tab): string {
  return `/studies/${studyId}${tab === 'live' ? '' : `/${tab}`}`;
}
