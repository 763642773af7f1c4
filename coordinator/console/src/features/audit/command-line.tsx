/** A command to copy into a terminal. */
import { ActionIcon, CopyButton, Group } from '@mantine/core';
import { Icon } from '../../components/icon.js';
import { useWords } from '../../i18n/language.js';
import classes from './audit.module.css';

export function CommandLine({ command }: { readonly command: string }) {
  const { auditVerify, shell } = useWords();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <pre className={classes['raw']} tabIndex={0} data-command>
        {command}
      </pre>
      <CopyButton value={command}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            onClick={copy}
            aria-label={`${copied ? shell.hash.copied : auditVerify.take.copy}: ${command}`}
          >
            {copied ? '✓' : <Icon name="copy" size={16} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
