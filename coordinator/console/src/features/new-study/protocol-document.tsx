/** The study protocol as the canonical document that is hashed and approved: its hash, its bytes, and a file of them. */
import { Button, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { StudyCheck } from '@consilium/shared/answers';
import { contentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { download } from '../../lib/download.js';
import classes from './new-study.module.css';

const HEIGHT = 320;

export interface ProtocolDocumentProps {
  readonly protocol: NonNullable<StudyCheck['protocol']>;
  /** Of the study. */
  readonly name: string;
}

export function ProtocolDocument({ protocol, name }: ProtocolDocumentProps) {
  const { protocol: words } = useWords().studyOutcome;
  const [isOpen, { toggle }] = useDisclosure(false);
  return (
    <Panel title={words.title}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.explain}
      </Text>
      <Text size="sm" fw={600}>
        {words.hash}
      </Text>
      <code className={classes['hash']} data-protocol-hash>
        {protocol.hash}
      </code>
      {contentHash(utf8(protocol.canonical)) === protocol.hash ? (
        <Text size="sm" c="dimmed">
          {words.same}
        </Text>
      ) : (
        <Notice tone="bad">{words.differs}</Notice>
      )}
      <Group mt="sm" gap="xs">
        <Button variant="default" size="xs" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? words.hide : words.show}
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            download(`${name}-protocol.json`, new Blob([protocol.canonical]));
          }}
        >
          {words.save}
        </Button>
      </Group>
      {isOpen ? (
        <ScrollArea.Autosize
          mah={HEIGHT}
          mt="sm"
          type="auto"
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': words.document }}
        >
          <pre className={classes['document']}>{indented(protocol.canonical)}</pre>
        </ScrollArea.Autosize>
      ) : null}
    </Panel>
  );
}

function indented(canonical: string): string {
  return JSON.stringify(JSON.parse(canonical), undefined, 2);
}
