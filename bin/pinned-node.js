/**
 * Runs the program with a Node that is new enough: this one, or the pinned one that is installed beside it. Plain JavaScript that
 * old versions read too, so that they can say what is missing. A checkout runs its TypeScript, a package what was built of it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const MAJOR_MIN = 24;
const MINOR_MIN = 12;

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command line; `script` is the entry that was asked for, with the arguments that it was given. */
export function runProgram(words, { script, argv }) {
  if (isNewEnough()) {
    // What was compiled once is not compiled again: most of what a short command takes.
    module.enableCompileCache?.(`${ROOT}node_modules/.cache/grantpath`);
    import(existsSync(`${ROOT}main.ts`) ? '../main.ts' : '../dist/main.js').then(({ run }) => run(words));
  } else {
    runWithPinnedNode(fileURLToPath(script), argv);
  }
}

/** Can this Node run TypeScript as it is, without a warning? */
function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > MAJOR_MIN || (major === MAJOR_MIN && minor >= MINOR_MIN);
}

/** Runs a script with the pinned Node and ends as it ends. */
function runWithPinnedNode(script, argv) {
  // In a checkout below it, in a package that npm installed beside it.
  const places = [`${ROOT}node_modules/`, `${ROOT}../`];
  const node = places.map((place) => `${place}node-${process.platform}-${process.arch}/bin/node`).find((path) => existsSync(path));
  if (node === undefined) {
    process.stderr.write(
      `error NODE_VERSION: grantpath needs Node ${MAJOR_MIN}.${MINOR_MIN} or newer, this is ${process.versions.node}; install a newer Node, or run \`npm ci\` on linux, which installs one beside the program\n`,
    );
    process.exit(2);
  }
  const child = spawn(node, [script, ...argv], { stdio: 'inherit' });
  // Signals are handed on, so that the child ends in order and this process after it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`error NODE_VERSION: \`${node}\` cannot be run: ${error.message}; run \`npm ci\` again\n`);
    process.exit(2);
  });
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status ?? 0);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
