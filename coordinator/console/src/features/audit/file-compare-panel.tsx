/** Compares with a checkpoint from a file. The file stays in the browser. */
import { FileInput, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { grownSince } from './grown-since.js';
import { GrowthReport } from './growth-report.js';

export function FileComparePanel({ logKey }: { readonly logKey: string }) {
  const { compare: words } = useWords().audit;
  const compare = useMutation({
    mutationFn: async (file: File) => ({
      name: file.name,
      growth: await grownSince(await file.text(), logKey),
    }),
  });
  const { data, error } = compare;
  return (
    <Panel title={words.fromFile}>
      <FileInput
        label={words.file}
        description={words.fromFileHint}
        accept="text/plain,.txt"
        maw={420}
        mb="sm"
        onChange={(file) => {
          if (file !== null) {
            compare.mutate(file);
          }
        }}
      />
      {error === null ? null : (
        <Notice tone="bad">
          <Text>{error.message}</Text>
        </Notice>
      )}
      {data === undefined ? null : (
        <GrowthReport growth={data.growth} holds={words.holdsFile(data.name)} />
      )}
    </Panel>
  );
}
