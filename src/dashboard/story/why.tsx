import { address } from '../address.ts';
import { AskWhy } from './ask-why.tsx';
import { Told } from './told.tsx';

/** What happened and why, of whatever the journal knows by a name: a charge, a customer, a session, a task, an agent. */
export function Why() {
  const about = address.value.query.get('about') ?? '';
  if (about !== '') return <Told key={about} about={about} />;
  return (
    <>
      <h1>Why?</h1>
      <p class="lead">
        Ask for any id that a call or an answer had: a call, a charge, an order, a customer, a session, a task, an
        agent, a page.
      </p>
      <AskWhy about="" />
    </>
  );
}
