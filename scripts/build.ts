import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { writeManualPages } from './manual-pages.ts';
import { policyJsonSchema } from '../src/policy/index.ts';

// Makes `dist`, which is what the published package runs: Node strips no types below node_modules.
await rm('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
await mkdir('dist/scenarios/agents', { recursive: true });
await cp('scenarios/agents', 'dist/scenarios/agents', {
  recursive: true,
  filter: (source) => !/\.ts$|__pycache__/.test(source),
});
await cp('mocks/payments.openapi.yaml', 'dist/mocks/payments.openapi.yaml');
await cp('queries', 'dist/queries', { recursive: true });
await writeFile('dist/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
await writeManualPages('dist/man');
await import('./dashboard.ts');
