/** The pages of the left rail: where they are, what they are called, who needs them. A page's code is fetched when it is opened. */
import type { Right } from '@consilium/shared/vocabulary';
import type { RouteObject } from 'react-router';
import type { IconName } from '../components/icon.js';
import type { Dictionary } from '../i18n/language.js';

export interface RailEntry {
  readonly to: string;
  readonly icon: IconName;
  readonly label: keyof Dictionary['shell']['nav'];
  /** Who has none of these rights does not see it; everybody does if not given. */
  readonly rights?: readonly Right[];
}

export const RAIL: readonly RailEntry[] = [
  { to: '/studies', icon: 'studies', label: 'studies', rights: ['studies.read'] },
  { to: '/new-study', icon: 'plus', label: 'newStudy', rights: ['studies.create'] },
  { to: '/sites', icon: 'sites', label: 'sites', rights: ['sites.read'] },
  { to: '/keys', icon: 'key', label: 'keys', rights: ['sites.read'] },
  { to: '/people', icon: 'people', label: 'people', rights: ['operators.read'] },
  { to: '/audit', icon: 'audit', label: 'audit', rights: ['log.read'] },
  { to: '/health', icon: 'health', label: 'health', rights: ['health.read'] },
];

export const PAGES: readonly RouteObject[] = [
  {
    path: 'health',
    lazy: async () => ({
      Component: (await import('../features/health/health-page.js')).HealthPage,
    }),
  },
  {
    path: 'people',
    lazy: async () => ({
      Component: (await import('../features/people/people-page.js')).PeoplePage,
    }),
  },
  {
    path: 'people/:operatorId',
    lazy: async () => ({
      Component: (await import('../features/people/person-page.js')).PersonPage,
    }),
  },
  {
    path: 'account',
    lazy: async () => ({
      Component: (await import('../features/people/account-page.js')).AccountPage,
    }),
  },
  {
    path: 'studies',
    lazy: async () => ({
      Component: (await import('../features/studies/studies-page.js')).StudiesPage,
    }),
  },
  {
    path: 'new-study',
    lazy: async () => ({
      Component: (await import('../features/new-study/new-study-page.js')).NewStudyPage,
    }),
  },
  {
    path: 'new-study/:studyId',
    lazy: async () => ({
      Component: (await import('../features/new-study/next-steps-page.js')).NextStepsPage,
    }),
  },
  {
    path: 'sites',
    lazy: async () => ({
      Component: (await import('../features/sites/sites-page.js')).SitesPage,
    }),
  },
  {
    path: 'sites/:siteId',
    lazy: async () => ({
      Component: (await import('../features/sites/site-page.js')).SitePage,
    }),
  },
  {
    path: 'keys',
    lazy: async () => ({
      Component: (await import('../features/keys/keys-page.js')).KeysPage,
    }),
  },
  {
    path: 'studies/:studyId',
    lazy: async () => ({
      Component: (await import('../features/study/study-layout.js')).StudyLayout,
    }),
    children: [
      {
        index: true,
        lazy: async () => ({
          Component: (await import('../features/study/live-page.js')).LivePage,
        }),
      },
      {
        path: 'timeline',
        lazy: async () => ({
          Component: (await import('../features/timeline/timeline-page.js')).TimelinePage,
        }),
      },
      {
        path: 'curves',
        lazy: async () => ({
          Component: (await import('../features/curves/curves-page.js')).CurvesPage,
        }),
      },
      {
        path: 'heat',
        lazy: async () => ({ Component: (await import('../features/heat/heat-page.js')).HeatPage }),
      },
      {
        path: 'adapters',
        lazy: async () => ({
          Component: (await import('../features/adapters/adapters-page.js')).AdaptersPage,
        }),
      },
    ],
  },
  {
    path: 'audit',
    lazy: async () => ({
      Component: (await import('../features/audit/audit-layout.js')).AuditLayout,
    }),
    children: [
      {
        index: true,
        lazy: async () => ({
          Component: (await import('../features/audit/entries-page.js')).EntriesPage,
        }),
      },
      {
        path: 'verify',
        lazy: async () => ({
          Component: (await import('../features/audit/verify-page.js')).VerifyPage,
        }),
      },
      {
        path: 'checkpoint',
        lazy: async () => ({
          Component: (await import('../features/audit/checkpoint-page.js')).CheckpointPage,
        }),
      },
    ],
  },
];
