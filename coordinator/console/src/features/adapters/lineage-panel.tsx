/** From which adapter, by which attempt and of which sites an adapter was made. */
import { Button, Group, List, Text } from '@mantine/core';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import type { AdapterEntry, Making } from './history.js';

export interface LineagePanelProps {
  readonly entry: AdapterEntry;
  readonly onShow: (roundNo: number) => void;
}

export function LineagePanel({ entry, onShow }: LineagePanelProps) {
  const { lineage: words } = useWords().adapters;
  const { making, roundNo } = entry;
  return (
    <Panel title={words.title}>
      {making === undefined ? (
        <Text>{words.first}</Text>
      ) : (
        <>
          <Made entry={entry} making={making} />
          <Text size="sm" c="dimmed" mt="sm">
            {words.explain}
          </Text>
          <Group mt="sm">
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                onShow(roundNo - 1);
              }}
            >
              {words.before}
            </Button>
          </Group>
        </>
      )}
    </Panel>
  );
}

function Made({ entry, making }: { readonly entry: AdapterEntry; readonly making: Making }) {
  const { lineage: words } = useWords().adapters;
  const { attempt, sites, accepted, refused } = making;
  const { ringSumHash, hash, roundNo } = entry;
  return (
    <Facts>
      <Fact name={words.from}>{words.fromRound(roundNo - 1)}</Fact>
      <Fact name={words.attempt}>{attempt.attemptNo}</Fact>
      <Fact name={words.manifest}>
        <Hash value={attempt.manifestHash} />
      </Fact>
      <Fact name={words.sites}>
        <List listStyleType="none" size="sm">
          {sites.map(({ siteId, weight }) => (
            <List.Item key={siteId}>{words.weights(siteId, weight)}</List.Item>
          ))}
        </List>
      </Fact>
      {ringSumHash === undefined ? null : (
        <Fact name={words.sum}>
          <Hash value={ringSumHash} />
        </Fact>
      )}
      <Fact name={words.votes}>
        {accepted + refused === 0 ? words.unvoted : words.voted(accepted, refused)}
      </Fact>
      <Fact name={words.result}>
        <Hash value={hash} />
      </Fact>
    </Facts>
  );
}
