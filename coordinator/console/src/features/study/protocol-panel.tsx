/** What the sites approved, by hash, and what its aggregation protects against. */
import { List, Stack, Text, Title } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useWords, type Dictionary } from '../../i18n/language.js';

export function ProtocolPanel({ study }: { readonly study: StudyView }) {
  const words = useWords().study;
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
          {protection(words.protection, study.security).map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      </Stack>
    </Panel>
  );
}

/** Three sites at least, or two more than are assumed to collude: `explainSecurity` of the protocol's own code says the same. */
function protection(
  words: Dictionary['study']['protection'],
  security: StudyView['security'],
): readonly string[] {
  if (security.kind === 'plain') {
    return [words.plain];
  }
  const { sites, colluders, threshold, required, dropoutsTolerated } = security;
  return [
    words.sum(Math.max(3, colluders + 2), colluders),
    words.evidence,
    words.dropouts(required, sites, dropoutsTolerated),
    words.threshold(threshold),
    words.members,
    words.limitColluders,
    words.limitSum,
    words.limitPoison,
  ];
}
