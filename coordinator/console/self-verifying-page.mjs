/**
 * Builds `self-verifying.html` beside the console: one file with the verifier in it, into which `selfVerifyingHtml` puts a
 * bundle. Its content security policy names the hashes of its script and style and lets nothing else in or out.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const SOURCES = new URL('./src/self-verifying/', import.meta.url);

export function selfVerifyingPage() {
  return {
    name: 'self-verifying-page',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'self-verifying.html', source: await page() });
    },
  };
}

async function page() {
  const [html, style, script] = await Promise.all([
    readFile(new URL('page.html', SOURCES), 'utf8'),
    readFile(new URL('page.css', SOURCES), 'utf8'),
    builtScript(),
  ]);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html
    .replace('consilium-policy', () => policy)
    .replace('<!-- consilium-style -->', () => `<style>${style}</style>`)
    .replace('<!-- consilium-script -->', () => `<script>${script}</script>`);
}

async function builtScript() {
  const { output } = await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: {
        input: fileURLToPath(new URL('main.ts', SOURCES)),
        output: { format: 'iife' },
      },
    },
  });
  // Neither may stand in the text of a script element (HTML section 4.12.1.3).
  return output[0].code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/** Content Security Policy level 3, section 2.3.1. */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
