/** What is looked for; the address of the page says it too, so that the choice can be shared. */
import { Button, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, type SyntheticEvent } from 'react';
import { useSearchParams } from 'react-router';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { meQuery, studiesQuery } from '../../lib/api/queries.js';
import { filterOf, LEAF_KINDS, localMinute, searchOf } from './entry-search.js';

export function EntryFilterForm() {
  const { filter: words } = useWords().audit;
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const known = useId();
  const { data: me } = useQuery(meQuery);
  const studies = useQuery({
    ...studiesQuery,
    enabled: me?.rights.includes('studies.read') === true,
  });
  const show = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setSearch(searchOf(new FormData(event.currentTarget)));
  };
  return (
    <Panel title={words.title}>
      {/* Fields begin again from the address whenever that says something else. */}
      <form onSubmit={show} key={JSON.stringify(filter)}>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
          <TextInput
            name="study"
            label={words.study}
            list={known}
            defaultValue={filter.study ?? ''}
          />
          <TextInput
            name="round"
            label={words.round}
            inputMode="numeric"
            pattern="[1-9][0-9]{0,8}"
            defaultValue={filter.round ?? ''}
          />
          <TextInput name="site" label={words.site} defaultValue={filter.site ?? ''} />
          <Select
            name="kind"
            label={words.kind}
            placeholder={words.anyKind}
            data={LEAF_KINDS}
            defaultValue={filter.kind ?? null}
            clearable
            searchable
            clearButtonProps={{ 'aria-label': words.anyKind }}
          />
          <TextInput
            name="from"
            type="datetime-local"
            label={words.from}
            defaultValue={localMinute(filter.from)}
          />
          <TextInput
            name="until"
            type="datetime-local"
            label={words.until}
            defaultValue={localMinute(filter.until)}
          />
        </SimpleGrid>
        <datalist id={known}>
          {(studies.data ?? []).map(({ studyId }) => (
            <option key={studyId} value={studyId} />
          ))}
        </datalist>
        <Group mt="sm" gap="sm">
          <Button type="submit">{words.show}</Button>
          <Button
            variant="default"
            onClick={() => {
              setSearch(new URLSearchParams());
            }}
          >
            {words.clear}
          </Button>
          <Text size="sm" c="dimmed">
            {words.share}
          </Text>
        </Group>
      </form>
    </Panel>
  );
}
