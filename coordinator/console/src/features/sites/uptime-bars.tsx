/** How long a site was connected on each of the last seven days, as bars and as a table. */
import { Stack, Text } from '@mantine/core';
import type { Uptime } from '@consilium/shared/answers';
import { TableTwin } from '../../components/table-twin.js';
import { useFormats, useLanguage, useWords } from '../../i18n/language.js';
import classes from './uptime-bars.module.css';

const DAY_MS = 86_400_000;
const DAYS = 7;
const STEP = 44;
const BAR = 28;
const HEIGHT = 48;
const FOOT = 18;
/** A connection of a minute is seen too. */
const LEAST = 2;

export function UptimeBars({ uptime }: { readonly uptime: Uptime }) {
  const { page: words } = useWords().sites;
  const formats = useFormats();
  const dayName = useDayName();
  const days = lastDays(uptime, Date.now());
  const share = words.uptimeOf(formats.percent(uptime.share), formats.dateTime(uptime.fromMs));
  return (
    <Stack gap={4} mt="md">
      <Text fw={600} data-uptime>
        {words.uptime}: {share}
      </Text>
      <svg
        role="img"
        aria-label={`${words.uptimeChart}: ${share}`}
        viewBox={`0 0 ${DAYS * STEP} ${HEIGHT + FOOT}`}
        className={classes['chart']}
      >
        {days.map(({ dayMs, connectedMs }, i) => {
          const height = connectedMs === 0 ? 0 : Math.max(LEAST, (HEIGHT * connectedMs) / DAY_MS);
          return (
            <g key={dayMs} transform={`translate(${i * STEP} 0)`}>
              <rect className={classes['ground']} width={BAR} height={HEIGHT} rx={3} />
              <rect
                className={classes['bar']}
                y={HEIGHT - height}
                width={BAR}
                height={height}
                rx={3}
              />
              <text className={classes['day']} x={BAR / 2} y={HEIGHT + FOOT - 4}>
                {dayName(dayMs)}
              </text>
            </g>
          );
        })}
      </svg>
      <Text size="sm" c="dimmed">
        {words.uptimeExplain}
      </Text>
      <TableTwin
        caption={words.uptimeChart}
        columns={[words.day, words.connectedFor]}
        rows={days.map(({ dayMs, connectedMs }) => [
          dayName(dayMs, true),
          formats.duration(connectedMs),
        ])}
      />
    </Stack>
  );
}

function lastDays({ days }: Uptime, nowMs: number): Uptime['days'] {
  const today = nowMs - (nowMs % DAY_MS);
  return Array.from({ length: DAYS }, (_, i) => {
    const dayMs = today - (DAYS - 1 - i) * DAY_MS;
    return days.find((day) => day.dayMs === dayMs) ?? { dayMs, connectedMs: 0 };
  });
}

function useDayName(): (dayMs: number, isLong?: boolean) => string {
  const { language } = useLanguage();
  return (dayMs, isLong = false) =>
    new Intl.DateTimeFormat(language, {
      timeZone: 'UTC',
      ...(isLong ? { dateStyle: 'medium' } : { weekday: 'short' }),
    }).format(dayMs);
}
