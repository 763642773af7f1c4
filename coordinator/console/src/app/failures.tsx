/** What is shown instead of a page that failed or that there is not. */
import { Anchor, Button, Group } from '@mantine/core';
import { Link, useRouteError } from 'react-router';
import { EmptyState } from '../components/empty-state.js';
import { useWords } from '../i18n/language.js';

export function RouteFailure() {
  const { error } = useWords().shell;
  const failure = useRouteError();
  return (
    <EmptyState title={error.title} how={error.page} tone="bad">
      {failure instanceof Error ? <code>{failure.message}</code> : null}
      <Group justify="center" mt="md">
        <Button
          onClick={() => {
            location.reload();
          }}
        >
          {error.reload}
        </Button>
      </Group>
    </EmptyState>
  );
}

export function NotFound() {
  const { error } = useWords().shell;
  return (
    <EmptyState title={error.notFoundTitle} how={error.notFound}>
      <Anchor component={Link} to="/studies">
        {error.toStudies}
      </Anchor>
    </EmptyState>
  );
}
