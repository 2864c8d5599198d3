#!/usr/bin/env node
// The launcher: plain JavaScript that any Node can read, so that one that is too old says so in one line.
import { existsSync } from 'node:fs';
import * as module from 'node:module';

const required = [24, 18, 1];
const actual = process.versions.node.split('.').map(Number);
const difference = required.map((part, index) => actual[index] - part).find((delta) => delta !== 0) ?? 0;

if (difference < 0) {
  console.error(
    `interlock needs Node ${required.join('.')} or newer, this is ${process.versions.node}. ` +
      `Run: npx -p node@24 node ${process.argv.slice(1).join(' ')}`,
  );
  process.exit(1);
}

// Compiled code is kept between runs: `kill` must not wait for the compiler.
module.enableCompileCache?.();

// A checkout runs its TypeScript sources; the published package ships only `dist`.
const source = new URL('../src/cli/main.ts', import.meta.url);
const entry = existsSync(source) ? source : new URL('../dist/src/cli/main.js', import.meta.url);
const { main } = await import(entry.href);
process.exitCode = await main(process.argv.slice(2));
