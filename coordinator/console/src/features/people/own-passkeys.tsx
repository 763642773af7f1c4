/** One's own passkeys, and what is asked for before they are changed. */
import { Stack } from '@mantine/core';
import type { PasskeySummary } from '@consilium/shared/answers';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { PasskeyList } from './credential-lists.js';
import { canMakePasskeys } from './make-passkey.js';
import { AddPasskeyButton, PasskeyActions } from './passkey-buttons.js';
import { OwnSignInFirst } from './sign-in-first.js';

export function OwnPasskeys({ passkeys }: { readonly passkeys: readonly PasskeySummary[] }) {
  const { passkeys: words } = useWords().account;
  const canMake = canMakePasskeys();
  return (
    <PasskeyList
      passkeys={passkeys}
      aside={canMake ? <AddPasskeyButton /> : null}
      above={
        <Stack gap="sm" mb="sm">
          <OwnSignInFirst />
          {canMake ? null : <Notice tone="calm">{words.unsupported}</Notice>}
        </Stack>
      }
      actionsOf={(passkey) => <PasskeyActions passkey={passkey} isLast={passkeys.length === 1} />}
    />
  );
}
