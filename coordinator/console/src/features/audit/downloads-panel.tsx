/** The evidence to take along: as an archive, as a page that verifies itself, and the commands that do the same. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { BundleReport } from '@consilium/shared/verify';
import { useMutation } from '@tanstack/react-query';
import { CommandLines } from '../../components/command-lines.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { download } from '../../lib/download.js';
import type { FetchedBundle } from '../../lib/verification/fetch-bundle.js';
import { selfVerifyingPage } from '../../lib/verification/verification.js';
import { bundleCommands } from './commands.js';
import { tarOf } from './tar.js';

export interface DownloadsPanelProps {
  readonly bundle: FetchedBundle;
  /** Names the keys, once it is there. */
  readonly report: BundleReport | undefined;
  readonly roundNo: number | undefined;
}

export function DownloadsPanel({ bundle, report, roundNo }: DownloadsPanelProps) {
  const { take: words } = useWords().auditVerify;
  const { studyId, files, fetchedAtMs } = bundle;
  const name = `${studyId}-evidence`;
  const page = useMutation({
    networkMode: 'always',
    mutationFn: async () => {
      download(`${name}.html`, await selfVerifyingPage(bundle));
    },
  });
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        <Group gap="sm">
          <Button
            variant="default"
            onClick={() => {
              download(`${name}.tar`, tarOf(name, files, fetchedAtMs));
            }}
          >
            {words.bundle}
          </Button>
          <Button
            variant="default"
            loading={page.isPending}
            onClick={() => {
              page.mutate();
            }}
          >
            {words.page}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {words.pageHint}
        </Text>
        {page.isError ? <Notice tone="bad">{page.error.message}</Notice> : null}
        <Text fw={600} size="sm">
          {words.commands}
        </Text>
        {bundleCommands(studyId, report?.keys, roundNo).map((command) => (
          <CommandLines key={command} lines={[command]} />
        ))}
      </Stack>
    </Panel>
  );
}
