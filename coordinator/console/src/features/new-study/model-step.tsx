/** Which backbone, and what is trained on it. */
import { Radio, Stack, Text } from '@mantine/core';
import { possibleModels } from '@consilium/shared/catalogue';
import { inputSize, type BackboneDescription } from '@consilium/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { CommandLines } from '../../components/command-lines.js';
import { EmptyState } from '../../components/empty-state.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { AdapterFields, PrivateAdapterFields } from './adapter-fields.js';
import { useField } from './fields.js';
import { backbonesQuery } from './queries.js';
import classes from './new-study.module.css';

const COMMANDS = [
  'consilium-agent model inspect FOLDER --json > backbone.json',
  'consilium backbone register backbone.json',
];

export function ModelStep() {
  const { newStudy: words } = useWords();
  const backbones = useQuery(backbonesQuery);
  return (
    <Stack gap="md">
      <Panel title={words.backbone.title}>
        <Answer of={backbones}>
          {(list) => (list.length === 0 ? <NoBackbone /> : <Backbones list={list} />)}
        </Answer>
      </Panel>
      <Panel title={words.panels.adapter}>
        <AdapterFields />
      </Panel>
      <Panel title={words.panels.privateAdapter}>
        <PrivateAdapterFields />
      </Panel>
    </Stack>
  );
}

function NoBackbone() {
  const { backbone } = useWords().newStudy;
  return (
    <EmptyState title={backbone.none} how={backbone.noneHow}>
      <CommandLines lines={COMMANDS} />
    </EmptyState>
  );
}

function Backbones({ list }: { readonly list: readonly BackboneDescription[] }) {
  const { value, change, frame } = useField('backbone');
  return (
    <Radio.Group {...frame} value={typeof value === 'string' ? value : ''} onChange={change}>
      <Stack gap="xs" mt="xs">
        {list.map((backbone) => (
          <BackboneCard key={backbone.hash} backbone={backbone} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function BackboneCard({ backbone }: { readonly backbone: BackboneDescription }) {
  const { backbone: words } = useWords().newStudy;
  const formats = useFormats();
  const { geometry, preprocessing, parameters, hash } = backbone;
  const { height, width } = inputSize(preprocessing);
  const models = possibleModels(backbone).map(({ model }) => model.title);
  const name =
    models.length === 0
      ? `${geometry.architecture.toUpperCase()} ${geometry.hiddenSize}/${geometry.patchSize}`
      : words.possible(models.slice(0, 3).join(', '));
  return (
    <div className={classes['choice']}>
      <Radio value={hash} label={name} />
      <Text size="sm" c="dimmed" pl={32}>
        {words.facts(geometry.hiddenSize, geometry.layers, `${width} × ${height}`)}
        {', '}
        {words.parameters(formats.number(parameters))}
        {models.length === 0 ? `, ${words.unknown}` : ''}
      </Text>
      <div className={classes['below']}>
        <Hash value={hash} />
      </div>
    </div>
  );
}
