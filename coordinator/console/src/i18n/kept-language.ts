/**
 * The language that somebody chose, in a cookie that holds nothing else: the pages for signing in and for acts, which the
 * coordinator writes, are then in the same one. Lax, so that it comes along from an OpenID provider too (RFC 6265bis section 5.6.7).
 */
const NAME = 'consilium-language';
const A_YEAR_S = 365 * 24 * 3600;

/** @param cookies as `document.cookie` has them */
export function keptLanguage(cookies: string): string | undefined {
  return cookies
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === NAME)?.[1];
}

/** @returns what to assign to `document.cookie` */
export function languageCookie(language: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${language}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax${secure}`;
}
