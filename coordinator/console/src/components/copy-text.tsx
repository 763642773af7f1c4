/** A text that people take with them as it is: shown whole, copied by a button. */
import { Button, CopyButton, Group } from '@mantine/core';
import { Icon } from './icon.js';
import classes from './copy-text.module.css';

export interface CopyTextProps {
  readonly text: string;
  readonly copy: string;
  readonly copied: string;
  /** For ears, where a page has several such texts: which one the button copies. */
  readonly what?: string;
}

export function CopyText({ text, copy, copied, what }: CopyTextProps) {
  return (
    <Group gap="xs" align="flex-start" wrap="wrap">
      <pre className={classes['text']} tabIndex={0}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied: isCopied, copy: take }) => (
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="copy" size={14} />}
            onClick={take}
            {...(what === undefined
              ? {}
              : { 'aria-label': `${isCopied ? copied : copy}: ${what}` })}
          >
            {isCopied ? copied : copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
