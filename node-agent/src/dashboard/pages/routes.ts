/** Every address of the agent page for somebody who is signed in. A path part that begins with a colon stands for one segment. */
import type { Answer, Asked } from '../page-site.js';
import type { SiteStudies } from '../site-studies.js';
import { dataSetPage } from './data-set-page.js';
import { leavingPage } from './leaving-page.js';
import { nowPage } from './now-page.js';
import { policyPage } from './policy-page.js';
import { receiptAsPdf, receiptAsText, receiptPage, receiptsPage } from './receipts-pages.js';
import { approve, refuse, studyPage, trust } from './study-page.js';
import { pauseAfterRound, pauseNow, resume } from './switches.js';
import { withdrawNow, withdrawPage } from './withdraw-page.js';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly answer: (asked: Asked) => Promise<Answer>;
}

export function routesOf(studies: SiteStudies): readonly Route[] {
  return [
    { method: 'GET', path: '/', answer: (asked) => nowPage(asked, studies) },
    { method: 'POST', path: '/pause', answer: pauseNow },
    { method: 'POST', path: '/pause-after-round', answer: pauseAfterRound },
    { method: 'POST', path: '/resume', answer: resume },
    { method: 'GET', path: '/withdraw/:study', answer: withdrawPage },
    { method: 'POST', path: '/withdraw/:study', answer: withdrawNow },
    { method: 'GET', path: '/leaving', answer: leavingPage },
    { method: 'GET', path: '/data-set', answer: (asked) => dataSetPage(asked, studies) },
    { method: 'GET', path: '/policy', answer: policyPage },
    { method: 'GET', path: '/policy/:study', answer: studyPage },
    { method: 'POST', path: '/policy/:study/approve', answer: approve },
    { method: 'POST', path: '/policy/:study/refuse', answer: refuse },
    { method: 'POST', path: '/policy/:study/trust', answer: trust },
    { method: 'GET', path: '/receipts', answer: receiptsPage },
    { method: 'GET', path: '/receipts/:study/:attempt.pdf', answer: receiptAsPdf },
    { method: 'GET', path: '/receipts/:study/:attempt.txt', answer: receiptAsText },
    { method: 'GET', path: '/receipts/:study/:attempt', answer: receiptPage },
  ];
}

/** @returns what the placeholders stand for, or undefined where the path is not the route's. Ids are plain, so nothing is decoded. */
export function partsOf(
  route: Pick<Route, 'path'>,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const pattern = route.path
    .replace(/[.]/g, '\\.')
    .replace(/:([a-z]+)/g, (_, name: string) => `(?<${name}>[A-Za-z0-9_-]+)`);
  const found = new RegExp(`^${pattern}$`).exec(path);
  return found === null ? undefined : (found.groups ?? {});
}
