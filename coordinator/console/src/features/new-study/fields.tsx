/** Fields of the study file: each shows its default and its faults, and is named by its place in the file. */
import { NativeSelect, Textarea, TextInput, type TextInputProps } from '@mantine/core';
import type { Json } from '@consilium/shared/encoding';
import { useState } from 'react';
import { useWords, type Dictionary } from '../../i18n/language.js';
import { defaultAt } from './defaults.js';
import { useDraft } from './draft-context.js';
import { faultsAt, valueAt, withChoice } from './draft.js';

export type FieldName = keyof Dictionary['studyField']['fields'];

interface Field {
  readonly value: Json | undefined;
  readonly fallback: Json | undefined;
  readonly change: (value: Json | undefined) => void;
  readonly frame: {
    readonly label: string;
    readonly description: string;
    readonly error: string | undefined;
    readonly onBlur: () => void;
  };
}

/** @param path of the field in the file @param name whose words it has, if not its own */
export function useField(path: FieldName): Field {
  const { draft, shownFaults, set, leave } = useDraft();
  const words = useWords().studyField.fields[path];
  const faults = faultsAt(shownFaults, path).map(({ message }) => message);
  return {
    value: valueAt(draft, path),
    fallback: defaultAt(draft, path),
    change: (value) => {
      set(path, value);
    },
    frame: {
      label: words.label,
      description: words.hint,
      error: faults.length === 0 ? undefined : faults.join('; '),
      onBlur: () => {
        leave(path);
      },
    },
  };
}

interface FieldProps {
  readonly path: FieldName;
}

/** Hints of different length stand below, so that fields beside each other begin in one line. */
const ORDER: InputWrapperOrder = ['label', 'input', 'description', 'error'];
type InputWrapperOrder = NonNullable<TextInputProps['inputWrapperOrder']>;

export function TextField({ path }: FieldProps) {
  const { value, fallback, change, frame } = useField(path);
  const placeholder = usePlaceholder(fallback);
  return (
    <TextInput
      {...frame}
      inputWrapperOrder={ORDER}
      value={shown(value)}
      placeholder={placeholder}
      onChange={({ currentTarget }) => {
        change(currentTarget.value === '' ? undefined : currentTarget.value);
      }}
    />
  );
}

/** What is no number stays as it was written, for the rules to refuse it. */
export function NumberField({ path }: FieldProps) {
  const { value, fallback, change, frame } = useField(path);
  const placeholder = usePlaceholder(fallback);
  const [text, setText] = useState(shown(value));
  return (
    <TextInput
      {...frame}
      inputWrapperOrder={ORDER}
      inputMode="decimal"
      value={numberOf(text) === value ? text : shown(value)}
      placeholder={placeholder}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        change(numberOf(currentTarget.value));
      }}
    />
  );
}

export interface ChoiceFieldProps<T extends string> extends FieldProps {
  readonly choices: Readonly<Record<T, string>>;
  /** Fields beside it that every choice has; the others go when another choice is made. If not given, all stay. */
  readonly common?: readonly string[];
}

/** One of several words of the file; where there is no default, none is chosen at first. */
export function ChoiceField<T extends string>({ path, choices, common }: ChoiceFieldProps<T>) {
  const { update } = useDraft();
  const { value, fallback, frame } = useField(path);
  const data = Object.entries<string>(choices).map(([word, label]) => ({ value: word, label }));
  const chosen = shown(value ?? fallback);
  return (
    <NativeSelect
      {...frame}
      inputWrapperOrder={ORDER}
      value={chosen}
      data={chosen in choices ? data : [{ value: chosen, label: chosen || '–' }, ...data]}
      onChange={({ currentTarget }) => {
        const word = currentTarget.value;
        update((draft) => withChoice(draft, path, word, common));
      }}
    />
  );
}

/** A list of names, one a line. */
export function LinesField({ path, rows }: FieldProps & { readonly rows: number }) {
  const { value, change, frame } = useField(path);
  const lines = Array.isArray(value) ? value.map(shown) : [];
  const [text, setText] = useState(lines.join('\n'));
  const isSame = linesOf(text).join('\n') === lines.join('\n');
  return (
    <Textarea
      {...frame}
      inputWrapperOrder={ORDER}
      rows={rows}
      resize="vertical"
      value={isSame ? text : lines.join('\n')}
      onChange={({ currentTarget }) => {
        const next = linesOf(currentTarget.value);
        setText(currentTarget.value);
        change(next.length === 0 ? undefined : next);
      }}
    />
  );
}

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function usePlaceholder(fallback: Json | undefined): string {
  const { ifEmpty } = useWords().newStudy;
  return fallback === undefined ? '' : ifEmpty(shown(fallback));
}

/** A comma is a point where people write so. */
function numberOf(text: string): number | string | undefined {
  const plain = text.trim().replace(',', '.');
  const number = Number(plain);
  return plain === '' ? undefined : Number.isFinite(number) ? number : text;
}

function shown(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
