import { pageLanguageOf } from './page-language.js';

describe('the language of a page', () => {
  it.each<[string, string | undefined, string | undefined, string]>([
    ['is English for whoever says nothing', undefined, undefined, 'en'],
    ['is that of the browser', undefined, 'de-CH', 'de'],
    ['is the first that there is', undefined, 'fr, de;q=0.8, en;q=0.7', 'de'],
    ['is the one of the greatest weight', undefined, 'de;q=0.3, en-GB;q=0.9', 'en'],
    ['is none that is not wanted', undefined, 'de;q=0', 'en'],
    ['is English for languages that there are not', undefined, 'fr, *', 'en'],
    ['is the chosen one before all', 'consilium-language=de', 'en', 'de'],
    ['is found among other cookies', 'a=b; consilium-language=de; c=d', 'en', 'de'],
    ['is not that of a cookie of another name', 'x-consilium-language=de', 'en', 'en'],
    ['is not that of a cookie without such a language', 'consilium-language=toString', 'de', 'de'],
  ])('%s', (_, cookie, accepted, expected) => {
    const headers = {
      ...(cookie === undefined ? {} : { cookie }),
      ...(accepted === undefined ? {} : { 'accept-language': accepted }),
    };
    expect(pageLanguageOf(headers)).toBe(expected);
  });
});
