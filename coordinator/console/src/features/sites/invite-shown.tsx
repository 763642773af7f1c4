/** The code of an invite, once: to hand over, with what the hospital does with it. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { NewInvite } from '@consilium/shared/answers';
import { CopyText } from '../../components/copy-text.js';
import { QrCode } from '../../components/qr-code.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { download } from '../../lib/download.js';

export interface InviteShownProps {
  readonly invite: NewInvite;
  readonly onDone: () => void;
}

export function InviteShown({ invite, onDone }: InviteShownProps) {
  const words = useWords().sites.invited;
  const formats = useFormats();
  const { siteId, expiresAtMs, invite: code } = invite;
  return (
    <Stack gap="sm" data-invite>
      <Notice tone="wait">{words.once}</Notice>
      <Group align="flex-start" gap="md">
        <QrCode text={code} label={words.qr(siteId)} />
        <Stack gap="xs" flex="1 1 16rem">
          <Text fw={600}>{words.code}</Text>
          <CopyText text={code} copy={words.copy} copied={words.copied} />
          <Group>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                download('invite.txt', new Blob([`${code}\n`], { type: 'text/plain' }));
              }}
            >
              {words.save}
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            {words.until(formats.dateTime(expiresAtMs))}
          </Text>
        </Stack>
      </Group>
      <Text>{words.stepFile}</Text>
      <Text>{words.stepCommand}</Text>
      <CopyText
        text={enrolCommand(location.origin, siteId)}
        copy={words.copyCommand}
        copied={words.copied}
      />
      <Text>{words.stepWords}</Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
    </Stack>
  );
}

function enrolCommand(coordinator: string, siteId: string): string {
  return `consilium-agent enrol --home consilium-${siteId} --coordinator ${coordinator} --site ${siteId} --invite-file invite.txt`;
}
