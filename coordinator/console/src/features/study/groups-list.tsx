/** Which sites are summed together, where a study sums them in groups: as the members are today, and as an attempt has them. */
import { List, Stack, Text, Title } from '@mantine/core';
import type { AttemptView } from '@consilium/shared/answers';
import { useLanguage, useWords } from '../../i18n/language.js';
import { groupsNow } from '../../lib/groups-now.js';

/** @param members none while there are too few of them to be cut */
export function GroupsOfToday({ members }: { readonly members: readonly (readonly string[])[] }) {
  const words = useWords().study.groups;
  const { language } = useLanguage();
  const listed = new Intl.ListFormat(language, { type: 'conjunction' });
  return (
    <Stack gap="xs" mt="sm" data-groups>
      <Title order={3} size="h6">
        {words.title}
      </Title>
      <Text size="sm" c="dimmed">
        {members.length === 0 ? words.few : words.today}
      </Text>
      <List size="sm" spacing={6}>
        {members.map((sites, i) => (
          <List.Item key={sites.join(' ')}>{words.named(i + 1, listed.format(sites))}</List.Item>
        ))}
      </List>
    </Stack>
  );
}

/** How far each group of the attempt is; nothing where all sites are summed together. */
export function GroupsOfAttempt({ attempt }: { readonly attempt: AttemptView }) {
  const words = useWords().study.groups;
  const { language } = useLanguage();
  const listed = new Intl.ListFormat(language, { type: 'conjunction' });
  const groups = groupsNow(attempt);
  if (groups.length === 0) {
    return null;
  }
  return (
    <List size="sm" spacing={4} mt="sm" data-groups>
      {groups.map(({ sites, returned, isLeftOut, minSites }, i) => (
        <List.Item key={sites.join(' ')}>
          {words.returned(i + 1, returned, sites.length)}
          {isLeftOut ? `, ${words.leftOut(minSites)}` : ''}
          <Text size="xs" c="dimmed">
            {listed.format(sites)}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
