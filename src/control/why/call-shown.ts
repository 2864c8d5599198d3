import { bodyFields } from '../../report/request-fields.ts';
import { timelineOf, valueName, type Moment as MomentTold } from '../../report/why/timeline.ts';
import { cameFrom, failureWords } from '../../warehouse/why/summary.ts';
import type { AnswerTold, CallStory, Step, Traced } from '../../warehouse/why/told.ts';
import { becauseOf, fullTime, person } from '../../warehouse/why/wording.ts';
import type { CallShown, Moment } from '../contract/story.ts';
import { ledgerShown } from './ledger-shown.ts';

export const momentShown = (moment: MomentTold): Moment => ({
  ...moment,
  at: new Date(moment.at).toISOString(),
  gave: moment.gave.map((each) => ({ ...each })),
});

/** One call and its story. */
export function callShown(story: CallStory): CallShown {
  const { step, summary, before, after, values, findings, policy, sent, assessments, subject, gaps } = story;
  const { call, agent, stage, route, verdict } = step;
  const stopping = findings.filter((finding) => finding.verdict !== 'pass');
  const passing = findings.filter((finding) => finding.verdict === 'pass');
  return {
    kind: 'call',
    call,
    at: new Date(step.at).toISOString(),
    agent,
    stage,
    route,
    subject: step.subject,
    amount: step.amount?.shown ?? null,
    verdict,
    summary: [...summary],
    moments: timelineOf(story).map(momentShown),
    omitted: { before: before.omitted, after: after.omitted },
    values: values.filter(({ origin }) => origin.kind !== 'common').map(valueShown),
    findings: [...stopping, ...passing].map((finding) => ({
      guard: finding.guard,
      rule: finding.rule,
      verdict: finding.verdict,
      words: becauseOf(finding),
      hint: finding.hint ?? null,
    })),
    policy: {
      digest: policy.digest,
      file: policy.file,
      since: policy.since === null ? null : new Date(policy.since).toISOString(),
      rules: policy.rules.map(({ rule, file, line, lines }) => ({ rule, file, line, lines: [...lines] })),
    },
    sent: sentShown(sent),
    answer: answerShown(step, story.answer),
    who: whoShown(story),
    assessments: assessments.map(({ at, ...said }) => ({ at: new Date(at).toISOString(), ...said })),
    ledger: subject === null ? null : ledgerShown(subject),
    gaps: [...gaps],
  };
}

function valueShown(traced: Traced): CallShown['values'][number] {
  const { origin, value } = traced;
  const seen =
    origin.kind === 'answer' ? (origin.latest ?? origin.earliest) : origin.kind === 'text' ? origin.seen : undefined;
  const careful = origin.kind === 'text' || (origin.kind === 'answer' && origin.perhaps === true);
  return { name: valueName(traced), value, from: cameFrom(origin), careful, call: seen?.call ?? null };
}

function sentShown({ how, upstream, method, target, headers, body, opaque }: CallStory['sent']): CallShown['sent'] {
  const fields = bodyFields(body, headers['content-type'] ?? '').map((field) => ({ ...field }));
  return {
    how,
    upstream,
    method,
    target,
    headers: { ...headers },
    fields,
    opaque: opaque === null ? null : { ...opaque },
  };
}

function answerShown({ end }: Step, answer: AnswerTold | null): CallShown['answer'] {
  if (end === null || end.crashed) return null;
  const { status, failure, origin, durationMs } = end;
  return {
    status,
    failure: failure === null ? null : failureWords(failure),
    origin,
    durationMs,
    fields: bodyFields(answer?.text ?? null, answer?.contentType ?? '').map((field) => ({ ...field })),
    bytes: answer?.bytes ?? 0,
  };
}

function whoShown({ who, step }: CallStory): CallShown['who'] {
  const facts = [
    { name: 'Task', value: who.task },
    { name: 'Session', value: who.session },
    ...who.grants.map(({ grant, by, at, environment, expiresAt, routes, values, revoked }, index) => ({
      name: index === 0 ? 'Grant' : 'Narrowed from',
      value: [
        `${grant}, made by ${person(by)} at ${fullTime(at)}, for ${environment}, until ${fullTime(expiresAt)}`,
        ...(routes === null ? [] : [`for ${routes.join(', ')} alone`]),
        ...Object.entries(values).map(([name, list]) => `declares ${name} = ${list.join(', ')}`),
        ...(revoked === null ? [] : [`revoked by ${person(revoked.by)} at ${fullTime(revoked.at)}`]),
      ].join('; '),
    })),
  ];
  return [...facts, { name: 'Record', value: `${step.seq} of the journal` }];
}
