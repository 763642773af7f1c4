/** What all parts of the audit log share: its name and the tabs. */
import { Tabs } from '@mantine/core';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { PageTitle } from '../../components/page-title.js';
import { useWords } from '../../i18n/language.js';

const TABS = ['entries', 'verify', 'checkpoint'] as const;
type Tab = (typeof TABS)[number];

export function AuditLayout() {
  const { audit: words } = useWords();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const last = pathname.split('/')[2];
  const here = TABS.find((tab) => tab === last) ?? 'entries';
  return (
    <>
      <PageTitle title={words.title} />
      <Tabs
        value={here}
        mb="md"
        onChange={(tab) => void navigate(pathOf(tab as Tab))}
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
      <Outlet />
    </>
  );
}

function pathOf(tab: Tab): string {
  return `/audit${tab === 'entries' ? '' : `/${tab}`}`;
}
