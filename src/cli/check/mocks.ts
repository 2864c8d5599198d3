import { readSource, type LoadedPolicy, type PolicyProblem } from '../../policy/index.ts';
import { mockFault } from '../worlds.ts';

/**
 * Mocks that are not there. The door needs none, so they are worth a second look and no more; the sandbox and the probe stop at
 * them. A module is looked for and not run: checking a policy runs nobody's code.
 */
export function mockWarnings(loaded: LoadedPolicy): readonly PolicyProblem[] {
  return [...loaded.upstreams.values()].flatMap(({ id, mock }) => {
    const fault = mock === undefined ? undefined : mockFault(mock, loaded.file);
    if (mock === undefined || fault === undefined) return [];
    return [{ ...placeOf(loaded, id), path: `upstreams.${id}.mock`, found: mock, ...fault }];
  });
}

/** Where it stands in the policy file, or in one that it includes; at the beginning where another key stands for it. */
function placeOf({ text, includes }: LoadedPolicy, upstream: string): Pick<PolicyProblem, 'file' | 'line' | 'column'> {
  const texts = [[undefined, text] as const, ...Object.entries(includes)];
  for (const [name, written] of texts) {
    const source = readSource(written, name);
    if (!source.ok) continue;
    const { upstreams } = source.value.data as { upstreams?: Readonly<Record<string, { mock?: string } | undefined>> };
    if (upstreams?.[upstream]?.mock === undefined) continue;
    const { file, line, column } = source.value.place(['upstreams', upstream, 'mock']);
    return { ...(file !== undefined && { file }), line, column };
  }
  return { line: 1, column: 1 };
}
