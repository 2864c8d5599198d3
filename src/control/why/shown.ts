import { unreachable } from '../../std/assert.ts';
import { noteMoment, standingMoments, stopMoments } from '../../report/why/timeline.ts';
import type { Account, Choice, Nothing, Told } from '../../warehouse/why/told.ts';
import type { AccountShown, ChoiceShown, NothingShown, Shown } from '../contract/story.ts';
import { callShown, momentShown } from './call-shown.ts';
import { ledgerShown } from './ledger-shown.ts';

/** What `interlock why` found, laid out for the page. Says nothing that the told does not. */
export function shownOf(told: Told): Shown {
  switch (told.kind) {
    case 'call':
      return callShown(told);
    case 'account':
      return accountShown(told);
    case 'choice':
      return choiceShown(told);
    case 'nothing':
      return nothingShown(told);
    default:
      return unreachable(told);
  }
}

function accountShown({ of, summary, ledger, notes, stops, standings, stories, untold, gaps }: Account): AccountShown {
  const agent = of.role === 'agent' ? of.name : (of.agent ?? ledger.agents[0] ?? '');
  const moments = [
    ...notes.map((note) => noteMoment(note, { agent })),
    ...stops.flatMap(stopMoments),
    ...standings.flatMap(standingMoments),
  ];
  return {
    kind: 'account',
    role: of.role,
    name: of.name,
    summary: [...summary],
    ledger: ledgerShown(ledger),
    moments: moments.toSorted((a, b) => a.at - b.at).map(momentShown),
    stories: stories.map((story) => ({ call: story.step.call, summary: [...story.summary] })),
    untold,
    gaps: [...gaps],
  };
}

function choiceShown({ candidates }: Choice): ChoiceShown {
  return {
    kind: 'choice',
    candidates: candidates.map(({ role, name, agent = null, ask, mentions }) => ({ role, name, agent, ask, mentions })),
  };
}

function nothingShown({ looked, nearest, misnamed }: Nothing): NothingShown {
  const words =
    misnamed === null
      ? null
      : misnamed.isKind
        ? `No ${misnamed.word} is called ${misnamed.name}.`
        : `This journal knows no kind of thing called ${misnamed.word}. It knows: ${misnamed.kinds.join(', ')}.`;
  return { kind: 'nothing', records: looked.records, nearest: [...nearest], misnamed: words };
}
