/** Which blocks of the backbone: all, the last ones, or a list, as a study file says it. */
import { Input, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import type { Json } from '@consilium/shared/encoding';
import { useState } from 'react';
import { useWords } from '../../i18n/language.js';
import { isObject } from './draft.js';

type Way = 'all' | 'last' | 'list';

export interface WordsOfBlocksProps {
  readonly frame: {
    readonly label: string;
    readonly description: string;
    readonly error: string | undefined;
    readonly onBlur: () => void;
  };
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
}

export function WordsOfBlocks({ frame, value, onChange }: WordsOfBlocksProps) {
  const words = useWords().newStudy;
  const way = wayOf(value);
  const { label, description, error, onBlur } = frame;
  return (
    <div>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={label}
          description={description}
          value={way}
          data={(['all', 'last', 'list'] as const).map((one) => ({
            value: one,
            label: words.choices.blocks[one],
          }))}
          onChange={({ currentTarget }) => {
            onChange(beginningOf(currentTarget.value as Way));
          }}
        />
        {way === 'all' ? null : (
          <BlockNumbers key={way} way={way} value={value} onChange={onChange} onBlur={onBlur} />
        )}
      </SimpleGrid>
      {error === undefined ? null : <Input.Error mt={6}>{error}</Input.Error>}
    </div>
  );
}

interface BlockNumbersProps extends Pick<WordsOfBlocksProps, 'value' | 'onChange'> {
  readonly way: 'last' | 'list';
  readonly onBlur: () => void;
}

function BlockNumbers({ way, value, onChange, onBlur }: BlockNumbersProps) {
  const words = useWords().newStudy;
  const [text, setText] = useState(textOfBlocks(value));
  return (
    <TextInput
      label={way === 'last' ? words.lastBlocks : words.listedBlocks}
      description={way === 'last' ? '1, 2, 3 …' : '0, 1, 5'}
      value={text}
      onBlur={onBlur}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        onChange(way === 'last' ? lastOf(currentTarget.value) : listOf(currentTarget.value));
      }}
    />
  );
}

function wayOf(value: Json | undefined): Way {
  return Array.isArray(value) ? 'list' : isObject(value) ? 'last' : 'all';
}

function beginningOf(way: Way): Json | undefined {
  switch (way) {
    case 'all':
      return undefined;
    case 'last':
      return { last: 1 };
    case 'list':
      return [0];
  }
}

function textOfBlocks(value: Json | undefined): string {
  const last = isObject(value) ? value['last'] : undefined;
  return Array.isArray(value) ? value.join(', ') : typeof last === 'number' ? String(last) : '';
}

function lastOf(text: string): Json {
  return text.trim() === '' ? {} : { last: Number(text) };
}

function listOf(text: string): Json {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
}
