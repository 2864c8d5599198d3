import { command } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';

const DIGITS_SHOWN = 12;

/**
 * That the policy says who the agent is. What it does not say cannot change unnoticed only because nobody would notice: evidence of
 * one agent would count for another.
 */
export const identity: Judge = ({ evidence: { basis, agent } }) => {
  const { version, model, prompt } = basis.identity;
  const said = [
    version === null ? null : `version ${version}`,
    model === null ? null : `model ${model}`,
    prompt === null ? null : `prompt sha256:${prompt.slice(0, DIGITS_SHOWN)}…`,
  ].filter((each) => each !== null);
  const unsaid = Object.entries({ version, model, prompt }).flatMap(([name, value]) => (value === null ? [name] : []));
  return [
    criterionOf({
      id: 'identity',
      title: 'identity',
      required: 'declared in the policy',
      observed:
        said.length === 0
          ? 'not declared'
          : `${said.join(', ')}${unsaid.length === 0 ? '' : `; not declared: ${unsaid.join(', ')}`}`,
      outcome: said.length === 0 ? 'inconclusive' : 'pass',
      lacking: `nobody knows that this is the agent which was watched; declare \`identity: { version: …, model: …, prompt: … }\` of ${agent} in the policy`,
      behind: [command(`interlock check`)],
    }),
  ];
};
