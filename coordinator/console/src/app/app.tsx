/** Everything that surrounds the pages: theme, language, answers of the coordinator, live stream, router. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { RouterProvider } from 'react-router';
import { LanguageProvider } from '../i18n/language.js';
import { LiveProvider } from '../lib/live/live-context.js';
import { queryClient } from './query-client.js';
import { router } from './router.js';
import { styleNonce } from './style-nonce.js';
import { cssVariables, theme } from './theme.js';

export function App() {
  useFirstFrameGone();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <LanguageProvider>
        <QueryClientProvider client={queryClient}>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </QueryClientProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}

/** What `index.html` showed until now is drawn by the shell from here on. */
function useFirstFrameGone(): void {
  useLayoutEffect(() => {
    document.querySelector('.first-frame')?.remove();
  }, []);
}
