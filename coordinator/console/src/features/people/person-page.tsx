/** One account: what its person may do, what proves the person, and how that is changed or ended. */
import { Anchor, Stack, Text } from '@mantine/core';
import type { Me, OperatorView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { Fact, Facts } from '../../components/facts.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { meQuery } from '../../lib/api/queries.js';
import { AccountActions } from './account-actions.js';
import { hindranceOf } from './guards.js';
import { PasskeyList, SessionList, TokenList } from './credential-lists.js';
import { AccountBadge, Roles } from './people-page.js';
import { credentialsQuery, peopleQuery } from './people-queries.js';
import { SignInFirst } from './sign-in-first.js';

export function PersonPage() {
  const { people: words } = useWords();
  const { operatorId } = useParams();
  const people = useQuery(peopleQuery);
  const { data: me } = useQuery(meQuery);
  return (
    <Answer of={people}>
      {(everybody) => {
        const person = everybody.find((one) => one.operatorId === operatorId);
        return person === undefined || me === undefined ? (
          <EmptyState title={words.nobody} how={words.nobodyHow}>
            <Anchor component={Link} to="/people">
              {words.toPeople}
            </Anchor>
          </EmptyState>
        ) : (
          <Person person={person} everybody={everybody} me={me} />
        );
      }}
    </Answer>
  );
}

interface PersonProps {
  readonly person: OperatorView;
  readonly everybody: readonly OperatorView[];
  readonly me: Me;
}

function Person({ person, everybody, me }: PersonProps) {
  const { people: words } = useWords();
  const hindrance = hindranceOf(person, everybody, me);
  return (
    <Stack>
      <PageTitle title={person.name}>
        <AccountBadge person={person} />
      </PageTitle>
      <SignInFirst />
      <Panel title={words.mayDo}>
        <Facts>
          <Fact name={words.roles}>
            <Roles person={person} />
          </Fact>
          {person.siteId === undefined ? null : <Fact name={words.site}>{person.siteId}</Fact>}
          <Fact name={words.studies}>{person.studies.join(', ') || words.noneAssigned}</Fact>
          <Fact name={words.inLog}>
            <code>{person.operatorId}</code>
          </Fact>
          <Fact name={words.since}>
            <When atMs={person.createdAtMs} />
          </Fact>
        </Facts>
        {hindrance === undefined ? (
          <AccountActions person={person} />
        ) : (
          <div data-hindrance={hindrance}>
            <Notice tone="calm">{words.hindrance[hindrance]}</Notice>
          </div>
        )}
      </Panel>
      <Credentials operatorId={person.operatorId} />
    </Stack>
  );
}

function Credentials({ operatorId }: { readonly operatorId: string }) {
  const { people: words } = useWords();
  const formats = useFormats();
  const credentials = useQuery(credentialsQuery(operatorId));
  const path = `/v1/operators/${operatorId}`;
  return (
    <Answer of={credentials}>
      {({ sessions, tokens, passkeys, identities, activationEndsAtMs }) => (
        <Stack>
          {activationEndsAtMs === undefined ? null : (
            <Notice tone="wait">{words.waitsFor(formats.dateTime(activationEndsAtMs))}</Notice>
          )}
          {sessions === undefined ? null : (
            <SessionList
              sessions={sessions}
              end={(sessionId) => send('DELETE', `${path}/sessions/${sessionId}`)}
            />
          )}
          {tokens === undefined ? null : (
            <TokenList
              tokens={tokens}
              revoke={(tokenId) => send('DELETE', `${path}/tokens/${tokenId}`)}
            />
          )}
          <PasskeyList passkeys={passkeys} />
          {identities === 0 ? null : <Text c="dimmed">{words.identities(identities)}</Text>}
        </Stack>
      )}
    </Answer>
  );
}
