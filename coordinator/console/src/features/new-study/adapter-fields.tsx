/** The settings of each method of adaptation. */
import { Checkbox, Group, NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import type { Json } from '@consilium/shared/encoding';
import { LINEAR_TARGETS } from '@consilium/shared/protocol';
import { useWords, type Dictionary } from '../../i18n/language.js';
import { useDraft } from './draft-context.js';
import { isObject, valueAt } from './draft.js';
import { ChoiceField, NumberField, useField } from './fields.js';
import { WordsOfBlocks } from './words-of-blocks.js';

type Method = keyof Dictionary['newStudy']['choices']['adapter'];
type Setting = 'rank' | 'targets' | 'blocks' | 'count' | 'bottleneck' | 'prompts';

const SETTINGS: Readonly<Record<Method, readonly Setting[]>> = {
  'linear-head': [],
  lora: ['rank', 'targets', 'blocks'],
  rslora: ['rank', 'targets', 'blocks'],
  dora: ['rank', 'targets', 'blocks'],
  ia3: ['targets', 'blocks'],
  'last-blocks': ['count'],
  bitfit: ['blocks'],
  'norm-tuning': ['blocks'],
  full: [],
  bottleneck: ['bottleneck', 'blocks'],
  'visual-prompts': ['prompts'],
};

export function AdapterFields() {
  const { choices } = useWords().newStudy;
  const { set } = useDraft();
  const { value, frame } = useField('adapter.kind');
  const method = typeof value === 'string' && value in SETTINGS ? (value as Method) : undefined;
  const data = Object.entries(choices.adapter).map(([word, label]) => ({ value: word, label }));
  return (
    <Stack gap="md">
      <NativeSelect
        {...frame}
        value={method ?? ''}
        data={method === undefined ? [{ value: '', label: '–' }, ...data] : data}
        onChange={({ currentTarget }) => {
          // Settings of one method mean nothing to another.
          set('adapter', { kind: currentTarget.value });
        }}
      />
      {(method === undefined ? [] : SETTINGS[method]).map((setting) => (
        <SettingFields key={setting} setting={setting} />
      ))}
    </Stack>
  );
}

function SettingFields({ setting }: { readonly setting: Setting }) {
  const { choices } = useWords().newStudy;
  switch (setting) {
    case 'rank':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberField path="adapter.rank" />
          <NumberField path="adapter.alpha" />
        </SimpleGrid>
      );
    case 'targets':
      return <Targets />;
    case 'blocks':
      return <Blocks />;
    case 'count':
      return <NumberField path="adapter.count" />;
    case 'bottleneck':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChoiceField path="adapter.placement" choices={choices.placement} />
          <NumberField path="adapter.size" />
          <ChoiceField
            path="adapter.activation"
            choices={{ relu: 'ReLU', gelu: 'GELU', silu: 'SiLU' }}
          />
          <NumberField path="adapter.scale" />
        </SimpleGrid>
      );
    case 'prompts':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChoiceField path="adapter.depth" choices={choices.depth} />
          <NumberField path="adapter.tokens" />
        </SimpleGrid>
      );
  }
}

function Targets() {
  const { value, fallback, change, frame } = useField('adapter.targets');
  const chosen = textsOf(value ?? fallback);
  return (
    <Checkbox.Group
      {...frame}
      value={chosen}
      onChange={(targets) => {
        change(targets);
      }}
    >
      <Group gap="md" mt={6}>
        {LINEAR_TARGETS.map((target) => (
          <Checkbox key={target} value={target} label={target} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Blocks() {
  const { value, change, frame } = useField('adapter.blocks');
  return <WordsOfBlocks frame={frame} value={value} onChange={change} />;
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Of the draft: the private adapter, if it has one. */
export function PrivateAdapterFields() {
  const { newStudy: words } = useWords();
  const { draft, set } = useDraft();
  const isThere = isObject(valueAt(draft, 'privateAdapter'));
  const { lora, rslora } = words.choices.adapter;
  return (
    <Stack gap="md">
      <Checkbox
        label={words.withPrivate}
        checked={isThere}
        onChange={({ currentTarget }) => {
          set('privateAdapter', currentTarget.checked ? { kind: 'lora' } : undefined);
        }}
      />
      {isThere ? (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <ChoiceField path="privateAdapter.kind" choices={{ lora, rslora }} />
          <NumberField path="privateAdapter.rank" />
          <NumberField path="privateAdapter.alpha" />
        </SimpleGrid>
      ) : null}
    </Stack>
  );
}
