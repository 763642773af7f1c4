/** What was trained on what, for whoever is handed the adapter; an export writes the same with how to open it. */
import { Stack, Text } from '@mantine/core';
import { possibleModels, type CatalogueModel } from '@consilium/shared/catalogue';
import { decodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, inputSize, type StudyProtocol } from '@consilium/shared/protocol';
import { schemaSize } from '@consilium/shared/tensors';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useFormats, useWords } from '../../i18n/language.js';

export interface ModelCardProps {
  readonly protocol: StudyProtocol;
  readonly roundNo: number;
}

export function ModelCard({ protocol, roundNo }: ModelCardProps) {
  const { adapters, newStudy } = useWords();
  const words = adapters.card;
  const formats = useFormats();
  const { title, task, backbone, adapter, training } = protocol;
  const { width, height } = inputSize(backbone.preprocessing);
  const models = possibleModels(backbone).map(({ model }) => model);
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        <Facts>
          <Fact name={words.study}>{title}</Fact>
          <Fact name={words.tells}>{task.classes.join(', ')}</Fact>
          <Fact name={words.backbone}>
            {models.length === 0 ? null : `${namesOf(models)} `}
            <Hash value={backbone.hash} />
          </Fact>
          <Fact name={words.licence}>
            <Licence models={models} />
          </Fact>
          <Fact name={words.method}>{newStudy.choices.adapter[adapter.kind]}</Fact>
          <Fact name={words.parameters}>{formats.number(parametersOf(protocol))}</Fact>
          <Fact name={words.training}>
            {words.trainedFor(roundNo, training.rounds, training.localEpochs)}
          </Fact>
          <Fact name={words.pictures}>{words.prepared(width, height)}</Fact>
        </Facts>
        <Text fw={600}>{words.limits}</Text>
        <Text size="sm">{words.research}</Text>
        <Text size="sm">{words.others}</Text>
      </Stack>
    </Panel>
  );
}

/** Models that compute the same may have different licences: each is named. */
function Licence({ models }: { readonly models: readonly CatalogueModel[] }) {
  const { card: words } = useWords().adapters;
  return models.length === 0
    ? words.noLicence
    : [
        ...new Set(models.map(({ licence }) => `${licence.name}, ${words.clause(licence.clause)}`)),
      ].join('; ');
}

function namesOf(models: readonly CatalogueModel[]): string {
  return models.map(({ title }) => title).join(' / ');
}

function parametersOf({ backbone, adapter, task, training }: StudyProtocol): number {
  const updateRange = decodeFloat(training.updateRange);
  return schemaSize(adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange }));
}
