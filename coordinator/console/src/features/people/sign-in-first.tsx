/** Changes of accounts want a sign-in of the last minutes: said before somebody has filled something in. */
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { goToSignIn } from '../../lib/api/client.js';
import { meQuery } from '../../lib/api/queries.js';
import { useNow } from '../../lib/live/use-now.js';
import { isSignInOld, wantsSignIn } from './guards.js';

export function SignInFirst() {
  const { people } = useWords();
  return <Asked if={wantsSignIn} sentence={people.signInFirst} />;
}

/** The same of one's own passkeys. */
export function OwnSignInFirst() {
  const { account } = useWords();
  return <Asked if={isSignInOld} sentence={account.passkeys.signInFirst} />;
}

interface AskedProps {
  readonly if: typeof isSignInOld;
  readonly sentence: string;
}

function Asked({ if: isAsked, sentence }: AskedProps) {
  const { people: words } = useWords();
  const { data: me, dataUpdatedAt } = useQuery(meQuery);
  const nowMs = useNow();
  if (me === undefined || !isAsked(me, { heardAtMs: dataUpdatedAt, nowMs })) {
    return null;
  }
  return (
    <Notice tone="wait">
      <Group justify="space-between" gap="sm">
        <span>{sentence}</span>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            goToSignIn(true);
          }}
        >
          {words.signInAgain}
        </Button>
      </Group>
    </Notice>
  );
}
