/** Takes an adapter out: its file with its hash, the ways to Python, and the commands that check it. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { contentHash } from '@consilium/shared/crypto';
import { canonicalJson } from '@consilium/shared/encoding';
import type { AdapterConfig, StudyProtocol } from '@consilium/shared/protocol';
import { useMutation, useQuery } from '@tanstack/react-query';
import { CommandLines } from '../../components/command-lines.js';
import { Fact, Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { getBytes } from '../../lib/api/client.js';
import { meQuery } from '../../lib/api/queries.js';
import { download } from '../../lib/download.js';
import type { AdapterEntry } from './history.js';
import classes from './adapters.module.css';

export interface ExportsPanelProps {
  readonly protocol: StudyProtocol;
  readonly entry: AdapterEntry;
}

export function ExportsPanel({ protocol, entry }: ExportsPanelProps) {
  const { exports: words } = useWords().adapters;
  const { data: me } = useQuery(meQuery);
  const { studyId } = protocol;
  const file = `${studyId}-${entry.roundNo}.safetensors`;
  return (
    <Panel title={words.title}>
      {me?.rights.includes('adapters.export') === true ? (
        <Stack gap="lg">
          <FileExport studyId={studyId} entry={entry} file={file} />
          <PythonExport protocol={protocol} file={file} />
          <div>
            <Heading>{words.evidence}</Heading>
            <CommandLines
              lines={[
                `consilium bundle export ${studyId} --out ${studyId}-evidence`,
                `consilium-verify bundle ${studyId}-evidence`,
              ]}
            />
          </div>
        </Stack>
      ) : (
        <Text c="dimmed">{words.notYours}</Text>
      )}
    </Panel>
  );
}

function Heading({ children }: { readonly children: string }) {
  return (
    <Title order={3} size="h6" mb="xs">
      {children}
    </Title>
  );
}

interface FileExportProps {
  readonly studyId: string;
  readonly entry: AdapterEntry;
  readonly file: string;
}

function FileExport({ studyId, entry, file }: FileExportProps) {
  const { exports: words } = useWords().adapters;
  const formats = useFormats();
  const { roundNo, hash, bytes } = entry;
  const save = useMutation({
    mutationFn: () => getBytes(`/v1/studies/${studyId}/adapter?round=${roundNo}`),
    // The bytes are for the disk alone.
    gcTime: 0,
    onSuccess: (arrived) => {
      download(file, new Blob([new Uint8Array(arrived)]));
    },
  });
  return (
    <div>
      <Heading>{words.safetensors}</Heading>
      <Facts>
        <Fact name={words.size}>{formats.bytes(bytes)}</Fact>
      </Facts>
      <Text size="sm" fw={600} mt="xs">
        {words.hash}
      </Text>
      <code className={classes['hash']} data-adapter-hash>
        {digitsOf(hash)}
      </code>
      <Group mt="sm" gap="sm">
        <Button
          loading={save.isPending}
          onClick={() => {
            save.mutate();
          }}
        >
          {words.save(file)}
        </Button>
        <Text size="sm" c="dimmed">
          {words.logged}
        </Text>
      </Group>
      {save.isError ? <Notice tone="bad">{save.error.message}</Notice> : null}
      {save.data === undefined ? null : <Arrived bytes={save.data} hash={hash} />}
      <Text size="sm" fw={600} mt="sm" mb={4}>
        {words.check}
      </Text>
      <CommandLines lines={[`echo "${digitsOf(hash)}  ${file}" | sha256sum --check`]} />
      <Text size="sm" fw={600} mt="sm" mb={4}>
        {words.command}
      </Text>
      <CommandLines
        lines={[`consilium adapter export ${studyId} --round ${roundNo} --out ${file}`]}
      />
    </div>
  );
}

/** Hashed here, in this browser. */
function Arrived({ bytes, hash }: { readonly bytes: Uint8Array; readonly hash: string }) {
  const { exports: words } = useWords().adapters;
  const isRight = contentHash(bytes) === hash;
  return <Notice tone={isRight ? 'good' : 'bad'}>{isRight ? words.right : words.wrong}</Notice>;
}

interface PythonExportProps {
  readonly protocol: StudyProtocol;
  readonly file: string;
}

function PythonExport({ protocol, file }: PythonExportProps) {
  const { exports: words } = useWords().adapters;
  const way = wayToPython(protocol.adapter);
  const protocolFile = `${protocol.studyId}-protocol.json`;
  if (way === 'neither') {
    return (
      <div>
        <Heading>{words.peft}</Heading>
        <Text size="sm">{words.neither}</Text>
      </div>
    );
  }
  return (
    <div>
      <Heading>{words[way]}</Heading>
      <Text size="sm" mb="xs">
        {way === 'peft' ? words.peftHow : words.mergedHow}
      </Text>
      <Group mb="xs">
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            download(protocolFile, new Blob([canonicalJson(protocol)]));
          }}
        >
          {words.protocol}
        </Button>
      </Group>
      <CommandLines
        lines={[
          `consilium-agent adapter export --protocol ${protocolFile} --adapter ${file} \\`,
          `  --backbone FOLDER --format ${way} --out ${protocol.studyId}-${way}`,
        ]}
      />
    </div>
  );
}

/** As `consilium-agent adapter export` knows the methods. */
function wayToPython({ kind }: AdapterConfig): 'peft' | 'merged' | 'neither' {
  switch (kind) {
    case 'lora':
    case 'rslora':
    case 'dora':
    case 'ia3':
      return 'peft';
    case 'linear-head':
    case 'last-blocks':
    case 'bitfit':
    case 'norm-tuning':
    case 'full':
      return 'merged';
    case 'bottleneck':
    case 'visual-prompts':
      return 'neither';
  }
}

function digitsOf(hash: string): string {
  return hash.replace(/^sha256:/, '');
}
