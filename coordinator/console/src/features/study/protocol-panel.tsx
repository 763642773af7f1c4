/** What the sites approved, by hash, and what its aggregation protects against. */
import { List, Stack, Text, Title } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useWords, type Dictionary } from '../../i18n/language.js';
import { GroupsOfToday } from './groups-list.js';

type SecureGroups = NonNullable<Extract<StudyView['security'], { kind: 'secure' }>['groups']>;

export function ProtocolPanel({ study }: { readonly study: StudyView }) {
  const dictionary = useWords();
  const { study: words } = dictionary;
  const { security } = study;
  return (
    <Panel title={words.protocol.title}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.protocol.explain}
      </Text>
      <Facts>
        <Fact name={words.protocol.hash}>
          <Hash value={study.protocolHash} />
        </Fact>
        <Fact name={words.protocol.backbone}>
          <Hash value={study.backboneHash} />
        </Fact>
        <Fact name={words.protocol.adapter}>
          <Hash value={study.adapterCheckpointHash} />
        </Fact>
      </Facts>
      <Stack gap="xs" mt="sm">
        <Title order={3} size="h6">
          {words.protocol.protects}
        </Title>
        <List size="sm" spacing={6}>
          {protection(dictionary, security).map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      </Stack>
      {security.kind === 'secure' && security.groups !== undefined ? (
        <GroupsOfToday members={security.groups.members} />
      ) : null}
    </Panel>
  );
}

/** Three sites at least, or two more than are assumed to collude: `explainSecurity` of the protocol's own code says the same. */
function protection(
  { study, studyOutcome }: Dictionary,
  security: StudyView['security'],
): readonly string[] {
  const { protection: words } = study;
  if (security.kind === 'plain') {
    return [words.plain];
  }
  const { sites, colluders, threshold, required, dropoutsTolerated, groups } = security;
  const ofGroups = studyOutcome.security;
  return [
    words.sum(groups?.minSites ?? Math.max(3, colluders + 2), colluders),
    ...(groups === undefined ? [] : [rule(ofGroups, groups.combine)]),
    words.evidence,
    words.dropouts(required, sites, dropoutsTolerated),
    words.threshold(threshold),
    ...(groups === undefined ? [] : [ofGroups.groupsNeed(groups.fewest, groups.minSites)]),
    words.members,
    ...(groups === undefined ? [] : [study.groups.shows, study.groups.compared]),
    words.limitColluders,
    words.limitSum,
    words.limitPoison,
  ];
}

function rule(
  words: Dictionary['studyOutcome']['security'],
  combine: SecureGroups['combine'],
): string {
  return combine.kind === 'median' ? words.groupsMedian : words.groupsTrimmed(combine.trim);
}
