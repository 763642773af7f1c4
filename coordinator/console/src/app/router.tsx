/** Which address shows which page. */
import { createBrowserRouter } from 'react-router';
import { WaitingLines } from '../components/waiting-lines.js';
import { NotFound, RouteFailure } from './failures.js';
import { FirstPage } from './first-page.js';
import { PAGES } from './pages.js';
import { Shell } from './shell.js';

export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <RouteFailure />,
      children: [
        {
          errorElement: <RouteFailure />,
          // The frame does not wait for the code of the first page.
          hydrateFallbackElement: <WaitingLines />,
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
