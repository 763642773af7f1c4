/** The language of the page: its words, and how it writes numbers and times. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { formatsOf, type Formats } from '../lib/format/formats.js';
import { de } from './de.js';
import { en } from './en.js';
import { keptLanguage, languageCookie } from './kept-language.js';
import type { Words } from './words.js';

export type Language = 'en' | 'de';
export type Dictionary = Words<typeof en>;

export const LANGUAGES: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
];

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, de };

interface Spoken {
  readonly language: Language;
  readonly words: Dictionary;
  readonly formats: Formats;
  readonly speak: (language: Language) => void;
}

const LanguageContext = createContext<Spoken | undefined>(undefined);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo(
    () => ({
      language,
      words: DICTIONARIES[language],
      formats: formatsOf(language),
      speak: (chosen: Language) => {
        document.cookie = languageCookie(chosen, location.protocol === 'https:');
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <LanguageContext value={spoken}>{children}</LanguageContext>;
}

/** @throws Error outside of LanguageProvider */
export function useLanguage(): Spoken {
  const spoken = useContext(LanguageContext);
  if (spoken === undefined) {
    throw new Error('useLanguage is used outside of LanguageProvider');
  }
  return spoken;
}

export function useWords(): Dictionary {
  return useLanguage().words;
}

export function useFormats(): Formats {
  return useLanguage().formats;
}

/** The one chosen before, else the browser's first that there is. */
function firstLanguage(): Language {
  const wanted = [keptLanguage(document.cookie) ?? '', ...navigator.languages];
  const found = wanted.map((tag) => LANGUAGES.find(({ value }) => tag.startsWith(value)));
  return found.find((language) => language !== undefined)?.value ?? 'en';
}
