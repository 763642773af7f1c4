/** What somebody types elsewhere, to copy. */
import { useWords } from '../i18n/language.js';
import { CopyText } from './copy-text.js';

export function CommandLines({ lines }: { readonly lines: readonly string[] }) {
  const { copy, copied } = useWords().shell.hash;
  return <CopyText text={lines.join('\n')} what={lines[0] ?? ''} copy={copy} copied={copied} />;
}
