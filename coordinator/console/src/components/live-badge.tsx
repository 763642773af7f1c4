/** Whether the page is up to date: how long ago it last heard something, and that it hears nothing. */
import { Text } from '@mantine/core';
import { useFormats, useWords } from '../i18n/language.js';
import { useLiveState } from '../lib/live/live-context.js';
import { useNow } from '../lib/live/use-now.js';
import { Notice, StatusBadge, type Tone } from './tone.js';

const TONES = { connecting: 'calm', live: 'good', lost: 'bad' } as const satisfies Record<
  string,
  Tone
>;

export function LiveBadge() {
  const { live } = useWords().shell;
  const formats = useFormats();
  const { connection, heardAtMs } = useLiveState();
  const now = useNow();
  return (
    <>
      <span role="status">
        <StatusBadge tone={TONES[connection]}>{live[connection]}</StatusBadge>
      </span>
      {heardAtMs === undefined ? null : (
        <Text size="sm" c="dimmed" visibleFrom="sm" data-live-updated>
          {live.updated(formats.relative(Math.min(heardAtMs, now), now))}
        </Text>
      )}
    </>
  );
}

export function ConnectionLost() {
  const { live } = useWords().shell;
  const { connection } = useLiveState();
  return (
    <div role="alert">
      {connection === 'lost' ? <Notice tone="bad">{live.lostLong}</Notice> : null}
    </div>
  );
}
