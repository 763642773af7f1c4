/** The languages of the agent page, and which one a browser asks for. */
import { ENGLISH, type Words } from './english.js';
import { GERMAN } from './german.js';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, de: GERMAN };

export function wordsOf(language: Language): Words {
  return WORDS[language];
}

/**
 * @param chosen what the person chose on the page before
 * @param accepted the Accept-Language header (RFC 9110 section 12.5.4); the first that we speak, in its order
 */
export function languageOf(chosen: string | undefined, accepted: string | undefined): Language {
  const asked = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return [chosen, ...asked].find(isLanguage) ?? 'en';
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
