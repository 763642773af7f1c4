/** What proves a person: browsers that are signed in, API tokens, passkeys; each with the way to end it, if there is one. */
import { Text } from '@mantine/core';
import type { PasskeySummary, SessionView, TokenView } from '@consilium/shared/answers';
import type { ReactNode } from 'react';
import { CardTable } from '../../components/card-table.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { ConfirmedButton } from './confirmed-button.js';

export interface SessionListProps {
  readonly sessions: readonly SessionView[];
  /** That of this page. */
  readonly here?: string | undefined;
  readonly end: (sessionId: string) => Promise<unknown>;
}

export function SessionList({ sessions, here, end }: SessionListProps) {
  const { people, signIn } = usePeopleWords();
  const words = people.sessions;
  const formats = useFormats();
  return (
    <Panel title={words.title}>
      {sessions.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <CardTable
          caption={words.caption}
          columns={[words.since, words.by, words.proved, words.seen, words.action]}
          keys={sessions.map(({ sessionId }) => sessionId)}
          rows={sessions.map(({ sessionId, method, createdAtMs, seenAtMs, authenticatedAtMs }) => [
            formats.dateTime(createdAtMs),
            signIn(method),
            // A link to sign in proves nothing of the person.
            authenticatedAtMs === 0 ? words.never : <When key="proved" atMs={authenticatedAtMs} />,
            <When key="seen" atMs={seenAtMs} />,
            sessionId === here ? (
              words.here
            ) : (
              <ConfirmedButton
                key="end"
                label={words.end}
                of={formats.dateTime(createdAtMs)}
                explain={words.endExplain}
                act={() => end(sessionId)}
              />
            ),
          ])}
        />
      )}
    </Panel>
  );
}

function usePeopleWords() {
  const { people } = useWords();
  const methods: Readonly<Record<string, string>> = people.method;
  return { people, signIn: (method: string) => methods[method] ?? method };
}

export interface TokenListProps {
  readonly tokens: readonly TokenView[];
  readonly revoke: (tokenId: string) => Promise<unknown>;
  /** Makes another one. */
  readonly aside?: ReactNode;
}

export function TokenList({ tokens, revoke, aside }: TokenListProps) {
  const { tokens: words } = useWords().people;
  return (
    <Panel title={words.title} aside={aside}>
      {tokens.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <CardTable
          caption={words.caption}
          columns={[words.label, words.rights, words.used, words.ends, words.action]}
          keys={tokens.map(({ tokenId }) => tokenId)}
          rows={tokens.map(({ tokenId, label, rights, usedAtMs, expiresAtMs }) => [
            label,
            <Text key="rights" size="sm" maw={360}>
              {rights.join(', ')}
            </Text>,
            usedAtMs === undefined ? words.never : <When key="used" atMs={usedAtMs} />,
            <When key="ends" atMs={expiresAtMs} />,
            <ConfirmedButton
              key="revoke"
              label={words.revoke}
              of={label}
              explain={words.revokeExplain}
              act={() => revoke(tokenId)}
            />,
          ])}
        />
      )}
    </Panel>
  );
}

export interface PasskeyListProps {
  readonly passkeys: readonly PasskeySummary[];
  /** Its own person alone renames and removes one. */
  readonly actionsOf?: (passkey: PasskeySummary) => ReactNode;
  readonly aside?: ReactNode;
  /** Above the list. */
  readonly above?: ReactNode;
}

export function PasskeyList({ passkeys, actionsOf, aside, above }: PasskeyListProps) {
  const { passkeys: words } = useWords().people;
  const action = actionsOf === undefined ? [] : [words.action];
  return (
    <Panel title={words.title} aside={aside}>
      {above}
      {passkeys.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <CardTable
          caption={words.caption}
          columns={[words.label, words.since, words.used, ...action]}
          keys={passkeys.map(({ credentialId }) => credentialId)}
          rows={passkeys.map((passkey) => [
            passkey.label,
            <When key="since" atMs={passkey.createdAtMs} />,
            passkey.usedAtMs === undefined ? (
              words.never
            ) : (
              <When key="used" atMs={passkey.usedAtMs} />
            ),
            ...(actionsOf === undefined ? [] : [actionsOf(passkey)]),
          ])}
        />
      )}
    </Panel>
  );
}
