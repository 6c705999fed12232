#!/usr/bin/env node
/**
 * `npm start`: installs what is missing, then does the main job, `grantpath demo`. Arguments go to it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { ROOT, runProgram } from './pinned-node.js';

const argv = process.argv.slice(2);
installMissing();
runProgram(['demo', ...argv], { script: import.meta.url, argv });

/** A package that is not there is a fresh clone, or one whose dependencies changed. */
function installMissing() {
  const { dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  const missing = Object.keys(dependencies).filter((name) => !existsSync(`${ROOT}node_modules/${name}/package.json`));
  if (missing.length === 0) return;
  process.stderr.write('installing what is missing: npm ci\n');
  // Which Node runs npm does not matter, the project brings its own: warnings about it would only frighten.
  // npm says where it is to the scripts that it runs; outside of one it is on the path.
  const npm = process.env.npm_execpath;
  const [command, args] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  const why = error ? error.message : `npm ci ended with status ${status}`;
  process.stderr.write(`error USAGE: what the program needs could not be installed, ${why}; run \`npm ci\` and look at its output\n`);
  process.exit(4);
}
