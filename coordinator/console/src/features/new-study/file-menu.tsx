/** A study file from disk in place of the draft, and the way back to an empty one. */
import { Button, FileButton, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { withSeed, type Draft } from './draft.js';
import { useDraft } from './draft-context.js';
import { checkStudy } from './queries.js';

/** @param onOpen called when the file is the draft */
export function FileMenu({ onOpen }: { readonly onOpen: () => void }) {
  const { newStudy: words } = useWords();
  const { replace, startOver } = useDraft();
  const open = useMutation({
    mutationFn: readFile,
    onSuccess: (draft) => {
      replace(draft);
      onOpen();
    },
  });
  return (
    <div>
      <Group gap="xs" justify="flex-end">
        <FileButton
          accept=".yaml,.yml,.json,application/yaml,application/json"
          onChange={(file) => {
            if (file !== null) {
              open.mutate(file);
            }
          }}
        >
          {(props) => (
            <Button variant="default" size="xs" loading={open.isPending} {...props}>
              {words.open}
            </Button>
          )}
        </FileButton>
        <Button
          variant="subtle"
          size="xs"
          onClick={() => {
            startOver();
          }}
        >
          {words.startOver}
        </Button>
      </Group>
      {open.isError ? (
        <Notice tone="bad">
          {words.unreadable} {open.error.message}
        </Notice>
      ) : null}
    </div>
  );
}

/** The coordinator reads YAML as it does when a study is created. @throws Error with its words where it cannot */
async function readFile(file: File): Promise<Draft> {
  const { file: read, faults } = await checkStudy(await file.text());
  if (read === undefined) {
    throw new Error(faults.map(({ message }) => message).join('; '));
  }
  return withSeed(read as Draft);
}
