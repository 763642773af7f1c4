/** The frame: rail on the left, bar on top with the live state, the page between them. */
import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { Icon } from '../components/icon.js';
import { ConnectionLost, LiveBadge } from '../components/live-badge.js';
import { useWords } from '../i18n/language.js';
import { meQuery } from '../lib/api/queries.js';
import { AccountMenu } from './account-menu.js';
import { RAIL } from './pages.js';
import { SessionNotice } from './session-notice.js';
import classes from './shell.module.css';

const NO_RIGHTS: readonly string[] = [];

export function Shell() {
  const { shell } = useWords();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useFocusOnNavigation(pathname);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        {shell.skip}
      </a>
      <AppShell.Header className={classes['header'] ?? ''}>
        <Group h="100%" px={{ base: 'sm', sm: 'lg' }} justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={shell.openNavigation}
              aria-expanded={isOpen}
            />
            <Link to="/studies" className={classes['brand']} aria-label={shell.product}>
              <Icon name="brand" />
              <Text component="span" fw={700} visibleFrom="xs">
                {shell.product}
              </Text>
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LiveBadge />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={classes['navbar'] ?? ''} aria-label={shell.navigation}>
        <Rail onChoose={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes['main'] ?? ''}>
        <ConnectionLost />
        <SessionNotice />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Rail({ onChoose }: { readonly onChoose: () => void }) {
  const { shell } = useWords();
  const { data } = useQuery(meQuery);
  const { pathname } = useLocation();
  const held = data?.rights ?? NO_RIGHTS;
  const shown = RAIL.filter(({ rights }) => rights?.some((right) => held.includes(right)) ?? true);
  return shown.map(({ to, icon, label }) => {
    const isHere = pathname === to || pathname.startsWith(`${to}/`);
    return (
      <NavLink
        key={to}
        component={Link}
        to={to}
        label={shell.nav[label]}
        leftSection={<Icon name={icon} />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        onClick={onChoose}
        className={classes['link'] ?? ''}
      />
    );
  });
}

/** After a change of page, readers go on at its beginning; the first page is left alone. */
function useFocusOnNavigation(pathname: string): void {
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) {
      before.current = pathname;
      document.getElementById('content')?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }, [pathname]);
}
