/** Says when the session ends before it does, and leaves for the page for signing in when it has. */
import { Box, Button, Group, Text } from '@mantine/core';
import type { SessionEnd } from '@consilium/shared/answers';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Notice } from '../components/tone.js';
import { useFormats, useWords } from '../i18n/language.js';
import { goToSignIn } from '../lib/api/client.js';
import { meQuery } from '../lib/api/queries.js';
import { useLiveState } from '../lib/live/live-context.js';
import { useNow } from '../lib/live/use-now.js';
import { endIn, laterEnd, standingOf } from '../lib/session/session-end.js';

/** By the browser's clock; undefined before the coordinator has said it. */
export function useSessionEnd(): SessionEnd | undefined {
  const { session } = useLiveState();
  const { data, dataUpdatedAt } = useQuery(meQuery);
  return laterEnd(session, data === undefined ? undefined : endIn(data, dataUpdatedAt));
}

export function SessionNotice() {
  const end = useSessionEnd();
  const now = useNow();
  const client = useQueryClient();
  const standing = end === undefined ? { kind: 'goes-on' as const } : standingOf(end, now);
  const isOver = standing.kind === 'over';
  useEffect(() => {
    if (isOver) {
      // Refused, it leads away; answered, somebody did something in another window.
      void client.refetchQueries({ queryKey: meQuery.queryKey });
    }
  }, [isOver, client]);
  return (
    <div role="alert">
      {standing.kind === 'ends-soon' && end !== undefined ? (
        <Box mb="md">
          <EndsSoon endsAtMs={end.endsAtMs} {...standing} />
        </Box>
      ) : null}
    </div>
  );
}

interface EndsSoonProps {
  readonly endsAtMs: number;
  readonly leftMs: number;
  readonly prolongable: boolean;
}

function EndsSoon({ endsAtMs, leftMs, prolongable }: EndsSoonProps) {
  const { session: words } = useWords();
  const formats = useFormats();
  const client = useQueryClient();
  const time = formats.time(endsAtMs);
  return (
    <Notice tone="wait">
      <Group justify="space-between" gap="sm">
        <span data-session-ends>
          {prolongable ? words.endsSoon(time) : words.endsForGood(time)}{' '}
          {/* A reader is told the moment once, and not each second. */}
          <Text span aria-hidden="true" inherit>
            ({words.left(formats.duration(leftMs))})
          </Text>
        </span>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            if (prolongable) {
              void client.refetchQueries({ queryKey: meQuery.queryKey });
            } else {
              goToSignIn(true);
            }
          }}
        >
          {prolongable ? words.stay : words.signInAgain}
        </Button>
      </Group>
    </Notice>
  );
}
