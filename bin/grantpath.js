#!/usr/bin/env node
/**
 * The command `grantpath`.
 */
import { runProgram } from './pinned-node.js';

const argv = process.argv.slice(2);
runProgram(argv, { script: import.meta.url, argv });
