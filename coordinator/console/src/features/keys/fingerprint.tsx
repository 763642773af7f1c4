/** A key in the forms that two people compare: six words, eight colours, digits, and a code for a camera. */
import { Group, Stack, Text } from '@mantine/core';
import { Fact, Facts } from '../../components/facts.js';
import { QrCode } from '../../components/qr-code.js';
import { useWords } from '../../i18n/language.js';
import { ColourBars } from './colour-bars.js';
import classes from './keys.module.css';

export interface ShownKey {
  readonly siteId: string;
  readonly keyId: string;
  readonly words: string;
  readonly colours: string;
  /** Of the fingerprint, in groups. */
  readonly fingerprint: string;
}

export interface FingerprintProps {
  readonly site: ShownKey;
  /** The words stand elsewhere. */
  readonly withoutWords?: boolean;
}

export function Fingerprint({ site, withoutWords = false }: FingerprintProps) {
  const { forms } = useWords().keys;
  const { siteId, keyId, words, colours, fingerprint } = site;
  return (
    <Group align="flex-start" gap="md" data-fingerprint={siteId}>
      <QrCode text={qrText(site)} label={forms.qr(siteId)} size={144} />
      <Stack gap="xs" flex="1 1 16rem">
        {withoutWords ? null : <Text className={classes['words'] ?? ''}>{words}</Text>}
        <ColourBars colours={colours} />
        <Facts>
          <Fact name={forms.keyId}>
            <code>{keyId}</code>
          </Fact>
          <Fact name={forms.digits}>
            <code>{fingerprint}</code>
          </Fact>
        </Facts>
      </Stack>
    </Group>
  );
}

/** docs/protocol/v1.md section 2. */
function qrText({ keyId, fingerprint }: ShownKey): string {
  return `consilium-key:${keyId}:${fingerprint.replaceAll(' ', '')}`;
}
