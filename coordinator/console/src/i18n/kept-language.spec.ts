import { keptLanguage, languageCookie } from './kept-language.js';

describe('the kept language', () => {
  it('is found among cookies of other names', () => {
    expect(keptLanguage('a=1; consilium-language=de; b=en')).toBe('de');
    expect(keptLanguage('x-consilium-language=de')).toBeUndefined();
    expect(keptLanguage('')).toBeUndefined();
  });

  it('is for all pages of the coordinator, for a year', () => {
    const plain = 'consilium-language=de; Path=/; Max-Age=31536000; SameSite=Lax';
    expect(languageCookie('de', false)).toBe(plain);
    expect(languageCookie('de', true)).toBe(`${plain}; Secure`);
  });
});
