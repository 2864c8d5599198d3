import { mayOf } from '../../src/control/contract/roles.ts';
import * as desk from './desk-looks.ts';
import * as stories from './story-looks.ts';
import { busyNight, signedIn } from './looks.ts';
import { SpokenDoor } from './spoken-door.ts';

/** Everything that the views of this folder's tests ask for, by path. */
export const ANSWERS = (): Readonly<Record<string, object>> => ({
  '/v1/holds': [
    desk.holdRow({ call: 'call_3f1c0b', amount: '12.00 USD', sentence: 'Delete order 8812.', frozen: true }),
    desk.holdRow({ expiresAt: new Date(Date.now() + 90_000).toISOString() }),
  ],
  '/v1/holds/call_3f1c0a': desk.holdView(),
  '/v1/holds/call_stuck': desk.stuckHold(),
  '/v1/holds/call_done': desk.holdView({
    state: 'used',
    leadsTo: null,
    changes: [],
    usedBy: 'call_90',
    review: { approved: true, by: 'ben', reason: 'photographs seen', at: new Date(Date.now() - 60_000).toISOString() },
  }),
  '/v1/reviews': desk.reviewQueue(),
  '/v1/gate': desk.gates(),
  '/v1/replays': desk.replays(),
  '/v1/pages': desk.pages(),
  '/v1/stops': desk.stops(),
  '/v1/policy': desk.policyView(),
  '/v1/policy/rule': desk.rulePlace(),
  '/v1/users': desk.users(),
  '/v1/grants': desk.grants(),
});

export const WHYS = {
  call_77: stories.callShown,
  'charge:ch_1041': stories.accountShown,
  night: stories.choiceShown,
  nope: stories.nothingShown,
} as const;

/** A door that answers whatever these views ask, as somebody who may do everything. `spoil`: what becomes of each answer. */
export async function openDesk(spoil: (answer: object) => object = (answer) => answer) {
  const session = { ...signedIn('rhea', 'reviewer', 'approver', 'admin'), may: [...mayOf(['admin'])] };
  const door = new SpokenDoor(busyNight(), session);
  for (const [path, answer] of Object.entries(ANSWERS())) door.answer(path, spoil(answer));
  for (const [what, shown] of Object.entries(WHYS)) {
    door.answer(`/v1/why?what=${encodeURIComponent(what)}`, spoil(stories.whyView(shown())));
  }
  return { door, url: await door.open() };
}
