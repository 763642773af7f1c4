/** Everybody with an account: who they are, what they may do, in which studies. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { Me, OperatorView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Answer } from '../../components/answer.js';
import { CardTable } from '../../components/card-table.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { StatusBadge } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useWords } from '../../i18n/language.js';
import { meQuery } from '../../lib/api/queries.js';
import { rolesOf } from './grant.js';
import { peopleByStudy } from './guards.js';
import { InviteButton } from './invite-button.js';
import { peopleQuery } from './people-queries.js';
import { SignInFirst } from './sign-in-first.js';

export function PeoplePage() {
  const { people: words } = useWords();
  const people = useQuery(peopleQuery);
  const { data: me } = useQuery(meQuery);
  const mayManage = me?.rights.includes('operators.manage') === true;
  return (
    <>
      <PageTitle title={words.title}>{mayManage ? <InviteButton /> : null}</PageTitle>
      <SignInFirst />
      <Answer of={people}>
        {(everybody) => (
          <Stack>
            <Accounts everybody={everybody} me={me} />
            <ByStudy everybody={everybody} />
          </Stack>
        )}
      </Answer>
    </>
  );
}

interface AccountsProps {
  readonly everybody: readonly OperatorView[];
  readonly me: Me | undefined;
}

function Accounts({ everybody, me }: AccountsProps) {
  const { people: words } = useWords();
  return (
    <Panel title={words.accounts}>
      <CardTable
        caption={words.count(everybody.length)}
        columns={[words.name, words.roles, words.where, words.standing, words.since]}
        keys={everybody.map(({ operatorId }) => operatorId)}
        rows={everybody.map((person) => [
          <Group key="name" gap="xs" wrap="nowrap">
            <Anchor component={Link} to={`/people/${person.operatorId}`} inherit>
              {person.name}
            </Anchor>
            {person.operatorId === me?.operatorId ? (
              <Text size="sm" c="dimmed">
                {words.you}
              </Text>
            ) : null}
          </Group>,
          <Roles key="roles" person={person} />,
          reachIn(person),
          <AccountBadge key="standing" person={person} />,
          <When key="since" atMs={person.createdAtMs} />,
        ])}
      />
    </Panel>
  );
}

function reachIn({ siteId, studies }: OperatorView): string {
  return [...(siteId === undefined ? [] : [siteId]), ...studies].join(', ') || '–';
}

export function Roles({ person }: { readonly person: OperatorView }) {
  const { people: words } = useWords();
  return (
    <>
      {rolesOf(person.roles)
        .map((role) => words.role[role])
        .join(', ')}
    </>
  );
}

export function AccountBadge({ person }: { readonly person: OperatorView }) {
  const { account: words } = useWords().people;
  if (person.disabledAtMs !== undefined) {
    return <StatusBadge tone="bad">{words.closed}</StatusBadge>;
  }
  return person.hasPassword ? (
    <StatusBadge tone="good">{words.open}</StatusBadge>
  ) : (
    <StatusBadge tone="calm">{words.noPassword}</StatusBadge>
  );
}

function ByStudy({ everybody }: { readonly everybody: readonly OperatorView[] }) {
  const { people: words } = useWords();
  const studies = peopleByStudy(everybody);
  return (
    <Panel title={words.byStudy}>
      {studies.length === 0 ? (
        <Text c="dimmed">{words.noStudies}</Text>
      ) : (
        <DataTable
          caption={words.byStudyHint}
          columns={[words.study, words.assigned]}
          rows={studies.map(({ studyId, people }) => [
            studyId,
            <Group key="people" gap="xs">
              {people.map((person) => (
                <span key={person.operatorId}>
                  {person.name} (<Roles person={person} />)
                </span>
              ))}
            </Group>,
          ])}
        />
      )}
    </Panel>
  );
}
