/** The figures of a coordinator: services, queue, database and disk, process and versions. */
import type { HealthView } from '@consilium/shared/answers';
import { Fact, Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';

export interface ViewProps {
  readonly view: HealthView;
}

export function ServicesPanel({ view }: ViewProps) {
  const { health: words } = useWords();
  const names: Readonly<Record<string, string>> = words.service;
  return (
    <Panel title={words.services}>
      <Facts>
        {Object.entries(view.services).map(([name, works]) => (
          <Fact key={name} name={names[name] ?? name}>
            <StatusBadge tone={works ? 'good' : 'bad'}>
              {works ? words.works : words.down}
            </StatusBadge>
          </Fact>
        ))}
        <Fact name={words.since}>
          <When atMs={view.startedAtMs} />
        </Fact>
        <Fact name={words.version}>{view.versions.software}</Fact>
        <Fact name={words.protocol}>{view.versions.protocol}</Fact>
        <Fact name="Node.js">{view.versions.node}</Fact>
        <Fact name={words.platform}>{view.versions.platform}</Fact>
      </Facts>
    </Panel>
  );
}

export function QueuePanel({ view: { queue } }: ViewProps) {
  const { health: words } = useWords();
  const formats = useFormats();
  return (
    <Panel title={words.queue}>
      <Facts>
        <Fact name={words.waiting}>{formats.number(queue.waiting)}</Fact>
        <Fact name={words.running}>{formats.number(queue.running)}</Fact>
        <Fact name={words.failed}>{formats.number(queue.failed)}</Fact>
        <Fact name={words.lateTimers}>{formats.number(queue.lateTimers)}</Fact>
        <Fact name={words.owed}>{formats.number(queue.owed)}</Fact>
        {queue.oldestOwedMs === undefined ? null : (
          <Fact name={words.oldestOwed}>{formats.duration(queue.oldestOwedMs)}</Fact>
        )}
      </Facts>
    </Panel>
  );
}

export function DatabasePanel({ view: { database, disk } }: ViewProps) {
  const { health: words } = useWords();
  const formats = useFormats();
  return (
    <Panel title={words.databaseAndDisk}>
      <Facts>
        <Fact name={words.driver}>{words.drivers[database.driver]}</Fact>
        <Fact name={words.size}>{formats.bytes(database.bytes)}</Fact>
        <Fact name={words.answers}>{`${formats.number(database.answerMs, 1)} ms`}</Fact>
        <Fact name={words.migration}>
          <code>{database.migration.replace(/^\D+/, '')}</code>
        </Fact>
        <Fact name={words.free}>
          {words.of(
            formats.bytes(disk.freeBytes),
            formats.bytes(disk.totalBytes),
            formats.percent(disk.freeBytes / disk.totalBytes),
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}

export function MachinePanel({ view: { eventLoop, process } }: ViewProps) {
  const { health: words } = useWords();
  const formats = useFormats();
  const ms = (value: number): string => `${formats.number(value, 1)} ms`;
  return (
    <Panel title={words.machine}>
      <Facts>
        <Fact name={words.lagMedian}>{ms(eventLoop.medianMs)}</Fact>
        <Fact name={words.lagP99}>{ms(eventLoop.p99Ms)}</Fact>
        <Fact name={words.lagMax}>{ms(eventLoop.maxMs)}</Fact>
        <Fact name={words.lagSince}>
          <When atMs={eventLoop.sinceMs} />
        </Fact>
        <Fact name={words.memory}>{formats.bytes(process.memoryBytes)}</Fact>
        <Fact name={words.heap}>
          {words.of(
            formats.bytes(process.heapBytes),
            formats.bytes(process.heapLimitBytes),
            formats.percent(process.heapBytes / process.heapLimitBytes),
          )}
        </Fact>
        <Fact name={words.cpus}>{formats.number(process.cpus)}</Fact>
      </Facts>
    </Panel>
  );
}
