/** One's own account: the password, passkeys, the browsers in which one is signed in, API tokens. */
import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { PageTitle } from '../../components/page-title.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { meQuery } from '../../lib/api/queries.js';
import { SessionList, TokenList } from './credential-lists.js';
import { NewTokenButton } from './new-token-button.js';
import { OwnPasskeys } from './own-passkeys.js';
import { PasswordPanel } from './password-panel.js';
import { ownPasskeysQuery, ownSessionsQuery, ownTokensQuery } from './people-queries.js';
import { OwnSignInFirst } from './sign-in-first.js';

export function AccountPage() {
  const { people: words } = useWords();
  const { data: me } = useQuery(meQuery);
  const sessions = useQuery(ownSessionsQuery);
  const tokens = useQuery(ownTokensQuery);
  const passkeys = useQuery(ownPasskeysQuery);
  return (
    <Stack>
      <PageTitle title={words.own.title} />
      <OwnSignInFirst />
      {me === undefined ? null : <PasswordPanel me={me} />}
      <Answer of={passkeys}>{(list) => <OwnPasskeys passkeys={list} />}</Answer>
      <Answer of={sessions}>
        {(list) => (
          <SessionList
            sessions={list}
            here={me?.session?.sessionId}
            end={(sessionId) => send('DELETE', `/v1/me/sessions/${sessionId}`)}
          />
        )}
      </Answer>
      <Answer of={tokens}>
        {(list) => (
          <TokenList
            tokens={list}
            revoke={(tokenId) => send('DELETE', `/v1/me/tokens/${tokenId}`)}
            aside={me === undefined ? null : <NewTokenButton rights={me.rights} />}
          />
        )}
      </Answer>
      {me?.rights.includes('acts.sign') === true ? (
        <Anchor href="/act">{words.own.signing}</Anchor>
      ) : null}
    </Stack>
  );
}
