/** One's own passkeys, and what can be done with them in this browser. */
import type { PasskeySummary } from '@consilium/shared/answers';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { PasskeyList } from './credential-lists.js';
import { canMakePasskeys } from './make-passkey.js';
import { AddPasskeyButton, PasskeyActions } from './passkey-buttons.js';

export function OwnPasskeys({ passkeys }: { readonly passkeys: readonly PasskeySummary[] }) {
  const { passkeys: words } = useWords().account;
  const canMake = canMakePasskeys();
  return (
    <PasskeyList
      passkeys={passkeys}
      aside={canMake ? <AddPasskeyButton /> : null}
      above={canMake ? null : <Notice tone="calm">{words.unsupported}</Notice>}
      actionsOf={(passkey) => <PasskeyActions passkey={passkey} isLast={passkeys.length === 1} />}
    />
  );
}
