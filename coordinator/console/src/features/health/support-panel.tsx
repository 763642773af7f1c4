/** The file for whoever helps: looked at before it is given away. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { supportBundleSchema } from '@consilium/shared/answers';
import { useMutation } from '@tanstack/react-query';
import { CopyText } from '../../components/copy-text.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { getJson } from '../../lib/api/client.js';

export function SupportPanel() {
  const { health } = useWords();
  const words = health.support;
  const made = useMutation({
    mutationFn: () => getJson('/v1/health/support-bundle', supportBundleSchema),
  });
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        <Text>{words.explain}</Text>
        <Group>
          <Button component="a" href="/v1/health/support-bundle" download>
            {words.download}
          </Button>
          <Button
            variant="default"
            loading={made.isPending}
            onClick={() => {
              made.mutate();
            }}
          >
            {words.look}
          </Button>
        </Group>
        {made.isError ? <Notice tone="bad">{made.error.message}</Notice> : null}
        {made.data === undefined ? null : (
          <div data-support-bundle>
            <CopyText
              text={JSON.stringify(made.data, null, 2)}
              copy={words.copy}
              copied={words.copied}
            />
          </div>
        )}
      </Stack>
    </Panel>
  );
}
