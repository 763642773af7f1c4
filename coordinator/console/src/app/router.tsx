/** Which address shows which page. */
import { createBrowserRouter } from 'react-router';
import { NotFound, RouteFailure } from './failures.js';
import { FirstPage } from './first-page.js';
import { PAGES } from './pages.js';
import { Shell } from './shell.js';

export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <RouteFailure />,
      hydrateFallbackElement: <></>,
      children: [
        {
          errorElement: <RouteFailure />,
          children: [
            { index: true, element: <FirstPage /> },
            ...PAGES,
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  { basename: '/console' },
);
