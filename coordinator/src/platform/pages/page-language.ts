/** The language of the pages that the coordinator writes itself: what the person chose, else what the browser asks for. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';

export type PageLanguage = 'en' | 'de';

export const PAGE_LANGUAGES: Readonly<Record<PageLanguage, string>> = {
  en: 'English',
  de: 'Deutsch',
};

/** The console and these pages write it, scripts read it: it holds the language and nothing else. */
const COOKIE = /(?:^|;)\s*consilium-language=(\w+)\s*(?:;|$)/;
const RANGES = 20;

/**
 * The cookie before Accept-Language (RFC 9110 section 12.5.4), there the one of the greatest weight and of equal ones the first;
 * English where neither names a language that there is.
 */
export function pageLanguageOf(
  headers: Pick<IncomingHttpHeaders, 'cookie' | 'accept-language'>,
): PageLanguage {
  const chosen = COOKIE.exec(headers.cookie ?? '')?.[1];
  return [chosen, ...acceptedIn(headers['accept-language'] ?? '')].find(isPageLanguage) ?? 'en';
}

/** Chooses the language of an answer, and says in its headers which one it is and what it depends on (RFC 9110 sections 8.5, 12.5.5). */
export function sayLanguage(request: Request, response: Response): PageLanguage {
  const language = pageLanguageOf(request.headers);
  response.setHeader('Content-Language', language);
  response.setHeader('Cache-Control', 'no-store');
  response.vary('Accept-Language, Cookie');
  return language;
}

function isPageLanguage(tag: string | undefined): tag is PageLanguage {
  return tag !== undefined && Object.hasOwn(PAGE_LANGUAGES, tag);
}

/** @returns primary subtags, the most wanted first; a weight of 0 is not wanted */
function acceptedIn(header: string): string[] {
  return header
    .split(',', RANGES)
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
