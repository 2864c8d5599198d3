import type { AgentView } from '../../control/contract/overview.ts';

/** Where an agent works. Only in `limited` and `production` do its writes take effect, and these are drawn so. */
export function Stage({ stage, step }: Pick<AgentView, 'stage' | 'step'>) {
  const real = stage === 'limited' || stage === 'production';
  return (
    <span class={real ? 'stage real' : 'stage'}>
      {stage}
      {step !== null && `, step ${step}`}
    </span>
  );
}
