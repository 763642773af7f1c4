import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromBase64, utf8 } from '@consilium/shared/encoding';
import type { PageDocuments } from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { run } from './run.js';

const { files } = playSampleStudy();
const SCRIPT = '<script type="module">document.title = "verifying";</script>';
const TEMPLATE = `<!doctype html><script type="application/json">"consilium-bundle"</script>${SCRIPT}`;
let parent: string;
let folder: string;
let html: string;
let template: string;

function report(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  const exitCode = run(['report', folder, ...args], '0.1.0', {
    stdout: (text) => (output.stdout += text),
    stderr: (text) => (output.stderr += text),
  });
  return { exitCode, ...output };
}

function filesIn(page: string): ReadonlyMap<string, Uint8Array> {
  const [, json = ''] = /<script type="application\/json">([^<]*)<\/script>/.exec(page) ?? [];
  const documents = JSON.parse(json) as PageDocuments;
  return new Map(documents.files.map(({ path, content }) => [path, fromBase64(content)]));
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'consilium-page-'));
  folder = join(parent, 'bundle');
  html = join(parent, 'blood-cells.html');
  template = join(parent, 'template.html');
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(template, TEMPLATE);
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

describe('consilium-verify report --html', () => {
  it("writes a page of the template's script and every file of the bundle, beside the report", () => {
    const { exitCode, stdout } = report('--html', html, '--template', template);

    const page = readFileSync(html, 'utf8');
    expect(exitCode).toBe(0);
    expect(page).toContain(SCRIPT);
    expect(filesIn(page)).toEqual(new Map(files.map(({ path, bytes }) => [path, bytes])));
    expect(stdout).toContain('VERIFIED');
    expect(stdout).toContain(`\nPage that verifies itself: ${html}, ${page.length} bytes\n`);
  });

  it('names the page in the envelope', () => {
    const { exitCode, stdout } = report('--html', html, '--template', template, '--json');

    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({
        status: 'ok',
        data: expect.objectContaining({
          verified: true,
          page: { file: html, bytes: readFileSync(html).length },
        }) as unknown,
      }),
    ]);
  });

  it('writes the page of a bundle that does not hold too, and ends with 1', () => {
    writeFileSync(join(folder, 'rosters.json'), '[]');

    expect(report('--html', html, '--template', template)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('NOT VERIFIED') as string,
    });
    expect(filesIn(readFileSync(html, 'utf8')).get('rosters.json')).toEqual(utf8('[]'));
  });

  it('says how to come by a template where there is none', () => {
    const { exitCode, stdout, stderr } = report('--html', html, '--template', join(parent, 'none'));

    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/none, the page to fill, .*npm run build.*--template/);
    expect(() => readFileSync(html)).toThrow('ENOENT');
  });

  it('replaces a file that exists only when it is told to', () => {
    writeFileSync(html, 'kept');
    const refused = report('--html', html, '--template', template);
    const kept = readFileSync(html, 'utf8');

    expect([refused.exitCode, refused.stdout, kept]).toEqual([4, '', 'kept']);
    expect(refused.stderr).toContain('--overwrite');
    expect(report('--html', html, '--template', template, '--overwrite').exitCode).toBe(0);
    expect(readFileSync(html, 'utf8')).toContain(SCRIPT);
  });

  it('follows no link of the bundle into the page', () => {
    symlinkSync('/etc/hostname', join(folder, 'more.json'));

    const { exitCode, stderr } = report('--html', html, '--template', template);

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('more.json is a symbolic link');
    expect(() => readFileSync(html)).toThrow('ENOENT');
  });

  it.each([
    ['in the bundle itself', () => ['--html', join(folder, 'page.html'), '--template', template]],
    [
      'into a folder that is not there',
      () => ['--html', join(parent, 'no', 'page.html'), '--template', template],
    ],
    ['of another template', () => ['--html', html, '--template', join(folder, 'joins.json')]],
    ['without the name of its file', () => ['--template', template]],
    ['replaced without its name', () => ['--overwrite']],
  ])('makes no page %s', (_, args) => {
    const { exitCode, stdout, stderr } = report(...args());

    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/\[(?:bad-request|not-found)\]/);
  });
});
