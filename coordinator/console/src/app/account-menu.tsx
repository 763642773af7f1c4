/** Who is signed in; language and colours of this browser; the way out. */
import {
  ActionIcon,
  Divider,
  Menu,
  SegmentedControl,
  Stack,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Icon } from '../components/icon.js';
import { LANGUAGES, useFormats, useLanguage, useWords } from '../i18n/language.js';
import { goToSignIn, send } from '../lib/api/client.js';
import { meQuery } from '../lib/api/queries.js';
import { useSessionEnd } from './session-notice.js';

export function AccountMenu() {
  const { words } = useLanguage();
  const { shell } = words;
  const { data } = useQuery(meQuery);
  return (
    <Menu position="bottom-end" width={260} withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={shell.account}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap={2} px="sm" py="xs">
          <Text fw={600}>{data?.name ?? ''}</Text>
          <Text size="sm" c="dimmed">
            {data?.roles.join(', ') ?? ''}
          </Text>
          <SessionEndText />
        </Stack>
        <Divider />
        <Stack gap="xs" p="sm">
          <LanguageChoice />
          <ColourChoice />
        </Stack>
        <Divider />
        <Menu.Item component={Link} to="/account">
          {words.people.own.title}
        </Menu.Item>
        <Menu.Item component="a" href="/act">
          {shell.security}
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function SessionEndText() {
  const { session } = useWords();
  const formats = useFormats();
  const end = useSessionEnd();
  return end === undefined ? null : (
    <Text size="sm" c="dimmed" data-session-until>
      {session.ends(formats.time(end.endsAtMs))}
    </Text>
  );
}

function LanguageChoice() {
  const { words, language, speak } = useLanguage();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={words.shell.language}
      data={LANGUAGES.map((one) => ({ ...one }))}
      value={language}
      onChange={(chosen) => {
        speak(chosen);
      }}
    />
  );
}

function ColourChoice() {
  const { colours } = useLanguage().words.shell;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={colours.label}
      data={[
        { value: 'light', label: colours.light },
        { value: 'dark', label: colours.dark },
        { value: 'auto', label: colours.auto },
      ]}
      value={colorScheme}
      onChange={(chosen) => {
        setColorScheme(chosen);
      }}
    />
  );
}

async function signOut(): Promise<void> {
  await send('POST', '/v1/logout');
  goToSignIn();
}
