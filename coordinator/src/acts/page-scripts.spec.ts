/** The scripts of the pages are no TypeScript: which words they say is held against the dictionaries here. */
import { loginEn } from '../operators/login-words.js';
import { publicFile } from '../platform/http/public-file.js';
import { pageEn } from '../platform/pages/page-words.js';
import { actEn } from './act-words.js';

function saidBy(...scripts: readonly string[]): string[] {
  const texts = scripts.map((name) => publicFile(name)).join('\n');
  return [...new Set([...texts.matchAll(/\bsaid\.(\w+)/g)].map(([, key = '']) => key))].sort();
}

describe('the scripts of the pages', () => {
  it.each([
    ['sign-in', ['page.mjs', 'login.mjs'], loginEn.said],
    ['signing', ['page.mjs', 'act.mjs', 'signing.mjs'], actEn.said],
    ['both', ['page.mjs'], pageEn],
  ] as const)('say all words that there are for them and no others: %s', (_, scripts, said) => {
    expect(saidBy(...scripts)).toEqual(Object.keys(said).sort());
  });

  it('have no sentences of their own', () => {
    for (const name of ['page.mjs', 'login.mjs', 'act.mjs']) {
      expect([name, publicFile(name).match(/['"`][A-Z][a-z]+ [a-z]+/g)]).toEqual([name, null]);
    }
  });
});
