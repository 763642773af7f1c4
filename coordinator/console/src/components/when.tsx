/** A moment: how long ago, and the exact time for whoever points at it. */
import { useFormats } from '../i18n/language.js';
import { useNow } from '../lib/live/use-now.js';

export function When({ atMs }: { readonly atMs: number }) {
  const formats = useFormats();
  const now = useNow();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formats.dateTime(atMs)}>
      {formats.relative(Math.min(atMs, now), now)}
    </time>
  );
}
