#!/usr/bin/env node
/**
 * Builds @tensorflow/tfjs-node against a TensorFlow library that is already on this machine, such as the one inside a Python
 * wheel: `node build.mjs --library SITE_PACKAGES/tensorflow [--out FOLDER]`. The published package fetches a library of its own
 * from a download site and one that no longer knows current GPUs; this one fetches nothing but npm packages. docs/engines.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';
/** Since TensorFlow 2.9 the C interface lives in these two; binding.gyp asks for the older name of the first. */
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const { values } = parseArgs({
  options: { library: { type: 'string' }, out: { type: 'string' } },
});
if (values.library === undefined) {
  fail('name the folder with --library: it holds include/ and ' + LIBRARIES.join(' and '));
}
const library = resolve(values.library);
const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(values.out ?? join(here, 'built'));
const addon = join(out, 'node_modules', PACKAGE);

requireLibrary();
installPackage();
linkLibrary();
build();
requireSymbols();
report(probe());

function requireLibrary() {
  for (const name of ['include', ...LIBRARIES]) {
    if (!existsSync(join(library, name))) {
      fail(
        `${library} has no ${name}: expected the folder "tensorflow" of an installed wheel, 2.9 or newer`,
      );
    }
  }
}

/** Without its install script, which would download. */
function installPackage() {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), '{ "private": true }\n');
  run(
    'npm',
    [
      'install',
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${PACKAGE}@${VERSION}`,
    ],
    out,
  );
}

function linkLibrary() {
  const deps = join(addon, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  link(join(library, 'include'), join(deps, 'include'));
  for (const name of LIBRARIES) {
    link(join(library, name), join(deps, 'lib', name));
  }
  // The names under which the package's build looks for them.
  symlinkSync('libtensorflow_cc.so.2', join(deps, 'lib', 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(deps, 'lib', 'libtensorflow_framework.so'));
  symlinkSync('libtensorflow_cc.so.2', join(deps, 'lib', 'libtensorflow.so.2.9.1'));
}

function link(target, path) {
  symlinkSync(relative(dirname(path), target), path);
}

/** With the headers that came with this Node: node-gyp would download others. */
function build() {
  const prefix = join(dirname(process.execPath), '..');
  if (!existsSync(join(prefix, 'include', 'node', 'node_api.h'))) {
    fail(
      `${prefix}/include/node has no headers of Node: install them (Debian: libnode-dev) or a Node that brings them`,
    );
  }
  const builder = join(out, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
  run(process.execPath, [builder, 'install', '--build-from-source'], addon, {
    npm_config_nodedir: prefix,
  });
}

/** Symbols bind when first called: one that the library lacks would end the process in the middle of a training. */
function requireSymbols() {
  const binding = join(addon, 'lib', bindingFolder(), 'tfjs_binding.node');
  const needed = symbols(['-D', '--undefined-only', binding]).filter((name) => /^TFE?_/.test(name));
  const present = new Set(
    LIBRARIES.flatMap((name) => symbols(['-D', '--defined-only', join(library, name)])),
  );
  const missing = needed.filter((name) => !present.has(name));
  if (needed.length === 0 || missing.length > 0) {
    fail(
      needed.length === 0
        ? `${binding} names no function of TensorFlow: the build went wrong`
        : `the library lacks ${missing.length} functions: ${missing.slice(0, 5).join(', ')}`,
    );
  }
}

function symbols(args) {
  const { status, stdout, error } = spawnSync('nm', args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) {
    fail(`nm failed (${error?.message ?? status}): install binutils`);
  }
  return stdout
    .split('\n')
    .flatMap((line) => (line.trim().split(/\s+/).at(-1) ?? '').split('@')[0]);
}

/** `napi-v8` or another number, as the package names the folder. */
function bindingFolder() {
  const folder = readdirSync(join(addon, 'lib')).find((name) => name.startsWith('napi-v'));
  return folder ?? fail(`the build left no binding under ${join(addon, 'lib')}`);
}

function probe() {
  const script = `
    const util = require('node:util');
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    const tf = require(${JSON.stringify(addon)});
    const [sum] = tf.sum(tf.tensor1d([1, 2, 3])).dataSync();
    console.log(JSON.stringify({ sum, library: tf.backend().binding.TF_Version, gpu: tf.backend().isUsingGpuDevice }));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', LD_BIND_NOW: '1' },
  });
  if (status !== 0) {
    fail(`the addon does not start:\n${stderr.trim()}`);
  }
  const found = JSON.parse(stdout.trim().split('\n').at(-1));
  return found.sum === 6 ? found : fail(`the addon computes 1 + 2 + 3 = ${found.sum}`);
}

function report({ library: version, gpu }) {
  process.stdout.write(
    `TensorFlow ${version}, ${gpu ? 'on a GPU' : 'on the processor (no GPU was found)'}\n` +
      `The agent takes it when CONSILIUM_TENSORFLOW names ${out}\n`,
  );
}

function run(command, args, cwd, extraEnvironment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...extraEnvironment },
  });
  if (status !== 0) {
    fail(`${command} ${args[0]} failed (${error?.message ?? `exit ${status}`})`);
  }
}

function fail(sentence) {
  process.stderr.write(`tensorflow-addon: ${sentence}\n`);
  process.exit(1);
}
