import path from 'node:path';
import { build } from 'vite';

// Makes `dist/dashboard`, the page that `interlock serve` shows to people. `--watch` makes it again whenever a file changes.
const root = path.join(import.meta.dirname, '..');

await build({
  configFile: false,
  root: path.join(root, 'src/dashboard'),
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.join(root, 'dist/dashboard'),
    emptyOutDir: true,
    target: 'es2023',
    // Browsers of 2024 and later: they know `light-dark()`.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would need `data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    watch: process.argv.includes('--watch') ? {} : null,
  },
});
