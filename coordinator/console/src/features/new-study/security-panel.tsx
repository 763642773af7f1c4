/** What the numbers of the draft protect against, need and do not promise, and how it goes with more sites. */
import { List, Stack, Text, Title } from '@mantine/core';
import { fewestGroups, type GroupRules } from '@consilium/shared/protocol';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { Notice } from '../../components/tone.js';
import { useWords, type Dictionary } from '../../i18n/language.js';
import { useDraft } from './draft-context.js';
import { groupsOf, outlookOf, outlooks, type Outlook } from './security-outlook.js';

export function SecurityPanel() {
  const words = useWords();
  const { security } = words.studyOutcome;
  const { draft } = useDraft();
  const outlook = outlookOf(draft);
  return (
    <Panel title={security.title}>
      {outlook === undefined ? (
        <Text c="dimmed">{security.none}</Text>
      ) : (
        <Stack gap="md">
          <Explained outlook={outlook} groups={groupsOf(draft)} />
          <DataTable
            caption={security.table}
            columns={[security.sites, security.needed, security.dropouts]}
            rows={outlooks(draft).map((one) => rowOf(security, one))}
          />
        </Stack>
      )}
    </Panel>
  );
}

interface ExplainedProps {
  readonly outlook: Outlook;
  readonly groups: GroupRules | undefined;
}

function Explained({ outlook, groups }: ExplainedProps) {
  const words = useWords();
  const { security } = words.studyOutcome;
  if (outlook.kind === 'refused') {
    return <Notice tone="bad">{outlook.why}</Notice>;
  }
  const { protects, needs, doesNotPromise } = sentencesOf(words, outlook, groups);
  return (
    <>
      <Sentences title={security.protects} sentences={protects} />
      <Sentences title={security.needs} sentences={needs} />
      <Sentences title={security.doesNotPromise} sentences={doesNotPromise} />
    </>
  );
}

interface SentencesProps {
  readonly title: string;
  readonly sentences: readonly string[];
}

function Sentences({ title, sentences }: SentencesProps) {
  return sentences.length === 0 ? null : (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <List size="sm" spacing={6}>
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </div>
  );
}

function sentencesOf(
  { study, studyOutcome }: Dictionary,
  outlook: Exclude<Outlook, { kind: 'refused' }>,
  groups: GroupRules | undefined,
): Readonly<Record<'protects' | 'needs' | 'doesNotPromise', readonly string[]>> {
  const { protection } = study;
  const { security } = studyOutcome;
  const { counts, limitSum, limitPoison, service } = security;
  if (outlook.kind === 'plain') {
    return {
      protects: [],
      needs: [protection.members],
      doesNotPromise: [protection.plain, counts, limitSum, limitPoison, service],
    };
  }
  const { sites, colluders, threshold, required, dropoutsTolerated } = outlook;
  const ofGroups = groups === undefined ? NOTHING_OF_GROUPS : sentencesOfGroups(security, groups);
  const least = groups?.minSites ?? Math.max(3, colluders + 2);
  return {
    protects: [protection.sum(least, colluders), protection.evidence, ...ofGroups.protects],
    needs: [
      protection.dropouts(required, sites, dropoutsTolerated),
      protection.threshold(threshold),
      protection.members,
      ...ofGroups.needs,
    ],
    doesNotPromise: [
      security.limitColluders,
      counts,
      limitSum,
      limitPoison,
      service,
      ...ofGroups.doesNotPromise,
    ],
  };
}

const NOTHING_OF_GROUPS = { protects: [], needs: [], doesNotPromise: [] } as const;

function sentencesOfGroups(
  words: Dictionary['studyOutcome']['security'],
  { combine, minSites }: GroupRules,
): ReturnType<typeof sentencesOf> {
  return {
    protects: [combine.kind === 'median' ? words.groupsMedian : words.groupsTrimmed(combine.trim)],
    needs: [words.groupsNeed(fewestGroups(combine), minSites)],
    doesNotPromise: [words.groupsLimit],
  };
}

function rowOf(words: Dictionary['studyOutcome']['security'], outlook: Outlook): string[] {
  const sites = String(outlook.sites);
  switch (outlook.kind) {
    case 'secure':
      return [sites, String(outlook.required), String(outlook.dropoutsTolerated)];
    case 'plain':
      return [sites, '–', words.plain];
    case 'refused':
      return [sites, '–', words.refused];
  }
}
