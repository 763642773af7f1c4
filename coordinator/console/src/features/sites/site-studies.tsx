/** What a site says of its studies: where it stands, its data set, what it does not allow. */
import { Text } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { Link } from 'react-router';
import { CardTable } from '../../components/card-table.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge, type Tone } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';

type Reported = NonNullable<SiteView['report']>['studies'][number];

const DATA_SETS = {
  none: 'calm',
  unchecked: 'wait',
  usable: 'good',
  unusable: 'bad',
} as const satisfies Record<Reported['dataSet']['state'], Tone>;

export function SiteStudies({ site: { report } }: { readonly site: SiteView }) {
  const { sites: words } = useWords();
  const { page, standing } = words;
  const studies = report?.studies ?? [];
  return (
    <Panel title={page.studies}>
      {studies.length === 0 ? (
        <Text c="dimmed">{page.noStudies}</Text>
      ) : (
        <CardTable
          isTitled
          caption={page.studies}
          columns={[page.study, page.standing, page.dataSet, page.refuses]}
          keys={studies.map(({ studyId }) => studyId)}
          rows={studies.map((study) => [
            <Link key="study" to={`/studies/${study.studyId}`}>
              {study.studyId}
            </Link>,
            standing[study.standing],
            <DataSet key="data" dataSet={study.dataSet} />,
            study.refusal === undefined ? words.nothingRefused : study.refusal,
          ])}
        />
      )}
    </Panel>
  );
}

/** A count that the hospital keeps for itself is a small one. */
function DataSet({ dataSet }: { readonly dataSet: Reported['dataSet'] }) {
  const { dataSet: words } = useWords().sites;
  const formats = useFormats();
  const count = (value: number | undefined): string =>
    value === undefined ? words.few : formats.number(value);
  return (
    <>
      <StatusBadge tone={DATA_SETS[dataSet.state]}>{words[dataSet.state]}</StatusBadge>
      {dataSet.state === 'usable' || dataSet.state === 'unusable' ? (
        <Text size="xs" c="dimmed">
          {words.counts(count(dataSet.used), count(dataSet.skipped))}
        </Text>
      ) : null}
    </>
  );
}
