import { DENIED_BODY_KEPT } from '../../../door/judge/admit.ts';
import { ANSWER_READ_BYTES } from '../../../door/flight/answer-tap.ts';
import { AGENT_BODIES_MAX_BYTES, BODIES_MAX_BYTES } from '../../../door/intake/bodies.ts';
import {
  FREE_ANSWER_BYTES,
  FREE_ANSWERS_BURST,
  FREE_ANSWERS_PER_SECOND,
  HELD_BACK_MAX_MS,
} from '../../../door/answers/brake.ts';
import { AGENT_CONNECTIONS_MAX, CONNECTIONS_MAX } from '../../../door/intake/connections.ts';
import { ECHO_MS, HALF_CLOSED_MS } from '../../../door/intake/dialogue.ts';
import { SEND_WITHIN_MS } from '../../../door/flight/flight.ts';
import { OVERLAID_MAX_BYTES } from '../../../door/flight/overlaid-answer.ts';
import { HEADERS_TIMEOUT_MS, KEEP_ALIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from '../../../door/limits.ts';
import { RESTORED_MAX, RESTORED_MAX_BYTES, SESSIONS_RESTORED_MS } from '../../../door/restore-sessions.ts';
import { HANDSHAKES_MAX } from '../../../door/intake/handshakes.ts';
import { CHECK_EVERY_MS, HEADERS_MAX_BYTES, DRAIN_CHECK_MS } from '../../../door/intake/listener.ts';
import { FREEZE_REASON_MAX_CHARACTERS, NOTE_MAX_CHARACTERS } from '../../../door/answers/local.ts';
import { BODY_MAX_BYTES } from '../../../door/normal/body.ts';
import { FIELD_DEPTH_MAX, FIELDS_MAX } from '../../../door/normal/fields.ts';
import { HEADERS_MAX } from '../../../door/normal/headers.ts';
import { JSON_DEPTH_MAX, JSON_ITEMS_MAX } from '../../../door/normal/json.ts';
import { NUMBER_CHARS_MAX } from '../../../door/normal/numbers.ts';
import { TARGET_MAX_CHARS } from '../../../door/normal/target.ts';
import { LEAVES_MAX, REMEMBERED_MAX, VALUE_MAX_CHARS } from '../../../door/judge/recall.ts';
import { STALLED_MS } from '../../../door/flight/recipient.ts';
import { RECORDED_BURST, RECORDED_PER_SECOND, SUMMED_EVERY_MS } from '../../../door/answers/refusals.ts';
import { HEADER_CHARACTERS_MAX } from '../../../door/flight/settlement.ts';
import { EXPANDED_FREE_BYTES, EXPANSION_MAX, PENDING_MAX_BYTES } from '../../../door/key/inspection.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../../door/intake/tls.ts';
import { CALLS_KEPT, REFUSED_KEPT } from '../../../door/trail.ts';
import { CONNECT_TIMEOUT_MAX_MS, PROBE_MS } from '../../../door/transports/connect.ts';
import { INFORMATIONAL_MAX, TOTAL_TIMEOUT_MS } from '../../../door/transports/delivery.ts';
import { WAITING_MAX } from '../../../door/transports/lanes.ts';
import { IDLE_CONNECTION_MS } from '../../../door/transports/undici.ts';
import { PIECE_BYTES } from '../../../door/intake/turns.ts';
import { OPAQUE_MAX_BYTES } from '../../../policy/schema/body.ts';
import { OPEN_FILES_KEPT } from '../../door-limits.ts';
import { limit, type Limit } from './limit.ts';

const REFUSED = 'refused: ';

/** What agents and strangers can make grow or wait. */
export const CONNECTION_LIMITS: readonly Limit[] = [
  limit(
    'door/intake/connections.ts',
    { CONNECTIONS_MAX },
    'connections',
    'connections at a time, over all ports',
    'the one that rested longest gives way, strangers first; where all are at work, the new one is dropped',
    'connectionsMax',
  ),
  limit(
    'door/intake/connections.ts',
    { AGENT_CONNECTIONS_MAX },
    'connections',
    'connections of one agent, and so its requests under way',
    'its longest rested gives way; where all are at work, 429 too_many_connections',
    'agentConnectionsMax',
  ),
  limit(
    'door/intake/handshakes.ts',
    { HANDSHAKES_MAX },
    'handshakes',
    'TLS handshakes under way on a port',
    'the longest begun gives way',
  ),
  limit(
    'door/key/inspection.ts',
    { PENDING_MAX_BYTES },
    'bytes',
    'of a compressed answer that wait to be looked into',
    'cut',
  ),
  limit('door/key/inspection.ts', { EXPANDED_FREE_BYTES }, 'bytes', 'said by any compressed answer', 'see next'),
  limit(
    'door/restore-sessions.ts',
    { SESSIONS_RESTORED_MS },
    'ms',
    'back to which a start restores captured writes',
    'what is older is forgotten',
  ),
  limit(
    'door/restore-sessions.ts',
    { RESTORED_MAX },
    'writes',
    'captured writes that a start restores',
    'the oldest are lost, and their sessions told',
  ),
  limit(
    'door/restore-sessions.ts',
    { RESTORED_MAX_BYTES },
    'bytes',
    'of these, bodies and answers together',
    'the oldest are lost, and their sessions told',
  ),
  limit(
    'door/flight/overlaid-answer.ts',
    { OVERLAID_MAX_BYTES },
    'bytes',
    'of an answer that captured writes are merged into',
    `${REFUSED}501`,
  ),
  limit('door/key/inspection.ts', { EXPANSION_MAX }, 'bytes', 'beyond that, said by each byte of it', 'cut'),
  limit('door/intake/tls.ts', { HANDSHAKE_TIMEOUT_MS }, 'ms', 'a TLS handshake', 'cut'),
  limit(
    'cli/door-limits.ts',
    { OPEN_FILES_KEPT },
    'files',
    'open files kept from agents, for journal, control API and pages',
    'fewer connections, so that they stay free',
  ),
  limit(
    'door/limits.ts',
    { HEADERS_TIMEOUT_MS },
    'ms',
    "from a request's first byte to the end of its headers",
    '408, and cut',
    'headersTimeoutMs',
  ),
  limit(
    'door/limits.ts',
    { REQUEST_TIMEOUT_MS },
    'ms',
    "from a request's first byte to the end of its body",
    '408, and cut; nothing was decided',
    'requestTimeoutMs',
  ),
  limit(
    'door/limits.ts',
    { KEEP_ALIVE_TIMEOUT_MS },
    'ms',
    'a connection without a request',
    'closed',
    'keepAliveTimeoutMs',
  ),
  limit(
    'door/intake/listener.ts',
    { CHECK_EVERY_MS },
    'ms',
    'between two looks at what is late',
    'so much later at most',
  ),
  limit(
    'door/intake/listener.ts',
    { DRAIN_CHECK_MS },
    'ms',
    'while closing: between two looks at what has ended',
    'closed',
  ),
  limit(
    'door/intake/turns.ts',
    { PIECE_BYTES },
    'bytes',
    'parsed of a connection before its answers are waited for; one request at a time is at work',
    'not read before its turn: the sender waits',
  ),
  limit(
    'door/intake/dialogue.ts',
    { HALF_CLOSED_MS },
    'ms',
    'an answer that a half-closed connection waits for',
    'cut',
  ),
  limit(
    'door/intake/dialogue.ts',
    { ECHO_MS },
    'ms',
    'until a half-closed connection is asked again whether anybody is there',
    'asked',
  ),
  limit(
    'door/answers/brake.ts',
    { FREE_ANSWERS_BURST },
    'answers',
    "a sender's refusals, and answers of the door's own, that leave at once",
    'they wait for their turn',
    'freeAnswersBurst',
  ),
  limit(
    'door/answers/brake.ts',
    { FREE_ANSWERS_PER_SECOND },
    'answers a second',
    "a sender's refusals beyond that; strangers are one sender",
    'they wait for their turn',
    'freeAnswersPerSecond',
  ),
  limit(
    'door/answers/brake.ts',
    { FREE_ANSWER_BYTES },
    'bytes',
    'of a refused body that count as one more refusal',
    'it waits for longer',
  ),
  limit(
    'door/answers/brake.ts',
    { HELD_BACK_MAX_MS },
    'ms',
    'one refusal that waits, one on a connection',
    'sent',
    'heldBackMaxMs',
  ),
  limit(
    'door/answers/refusals.ts',
    { RECORDED_BURST },
    'records',
    "a sender's refused requests with a record each",
    'counted, and summed up',
    'recordedBurst',
  ),
  limit(
    'door/answers/refusals.ts',
    { RECORDED_PER_SECOND },
    'records a second',
    'beyond that',
    'counted, and summed up',
    'recordedPerSecond',
  ),
  limit(
    'door/answers/refusals.ts',
    { SUMMED_EVERY_MS },
    'ms',
    'between two sums of refusals',
    'one record for each kind',
  ),
  limit('door/flight/recipient.ts', { STALLED_MS }, 'ms', 'an agent that does not read its answer', 'cut'),
];

/** How large one request, and what is kept of it, may be. */
export const REQUEST_LIMITS: readonly Limit[] = [
  limit('door/intake/listener.ts', { HEADERS_MAX_BYTES }, 'bytes', 'all headers of a request', `${REFUSED}431`),
  limit('door/normal/headers.ts', { HEADERS_MAX }, 'headers', 'headers of a request', `${REFUSED}431`),
  limit('door/normal/target.ts', { TARGET_MAX_CHARS }, 'characters', 'path and query', `${REFUSED}414`),
  limit('door/normal/body.ts', { BODY_MAX_BYTES }, 'bytes', 'a body that rules read', `${REFUSED}413`),
  limit(
    'policy/schema/body.ts',
    { OPAQUE_MAX_BYTES },
    'bytes',
    'a body that a route passes on unread',
    `${REFUSED}413`,
  ),
  limit(
    'door/intake/bodies.ts',
    { BODIES_MAX_BYTES },
    'bytes',
    'all bodies in memory, until their calls have ended',
    `${REFUSED}503 bodies_full`,
    'bodiesMaxBytes',
  ),
  limit(
    'door/intake/bodies.ts',
    { AGENT_BODIES_MAX_BYTES },
    'bytes',
    "one agent's of these",
    `${REFUSED}503 bodies_full`,
    'agentBodiesMaxBytes',
  ),
  limit('door/normal/json.ts', { JSON_DEPTH_MAX }, 'levels', 'nesting of JSON', `${REFUSED}400`),
  limit('door/normal/json.ts', { JSON_ITEMS_MAX }, 'values', 'values in JSON', `${REFUSED}400`),
  limit('door/normal/numbers.ts', { NUMBER_CHARS_MAX }, 'characters', 'one number', `${REFUSED}400`),
  limit('door/normal/fields.ts', { FIELDS_MAX }, 'fields', 'fields of a form or query', `${REFUSED}400`),
  limit('door/normal/fields.ts', { FIELD_DEPTH_MAX }, 'levels', 'nesting of form fields', `${REFUSED}400`),
  limit('door/answers/local.ts', { NOTE_MAX_CHARACTERS }, 'characters', 'a note', `${REFUSED}422`),
  limit(
    'door/answers/local.ts',
    { FREEZE_REASON_MAX_CHARACTERS },
    'characters',
    "an agent's reason to stop itself",
    `${REFUSED}422`,
  ),
  limit('door/judge/admit.ts', { DENIED_BODY_KEPT }, 'characters', 'a denied body in the journal', 'cut there'),
  limit('door/trail.ts', { CALLS_KEPT }, 'calls', "an agent's last calls, for whoever is woken", 'the oldest goes'),
  limit('door/trail.ts', { REFUSED_KEPT }, 'calls', 'those of them that were refused', 'the oldest goes'),
];

/** What upstreams can make grow or wait, beside what the policy says of each. */
export const UPSTREAM_CONSTANTS: readonly Limit[] = [
  limit('door/flight/flight.ts', { SEND_WITHIN_MS }, 'ms', 'from a decision until its call is sent', 'not sent: 503'),
  limit(
    'door/transports/lanes.ts',
    { WAITING_MAX },
    'requests',
    'requests that wait for a connection to one upstream',
    '502 upstream_unavailable; nothing was sent',
  ),
  limit('door/transports/connect.ts', { CONNECT_TIMEOUT_MAX_MS }, 'ms', 'making a connection', '502; nothing was sent'),
  limit('door/transports/connect.ts', { PROBE_MS }, 'ms', 'silence before TCP asks whether anybody is there', 'asked'),
  limit('door/transports/undici.ts', { IDLE_CONNECTION_MS }, 'ms', 'an idle connection to an upstream', 'closed'),
  limit(
    'door/transports/delivery.ts',
    { TOTAL_TIMEOUT_MS },
    'ms',
    'a whole answer, where the policy says no `total`',
    'cut; 504 where nothing was told yet',
  ),
  limit('door/transports/delivery.ts', { INFORMATIONAL_MAX }, 'answers', '1xx answers to one request', '502'),
  limit(
    'door/flight/answer-tap.ts',
    { ANSWER_READ_BYTES },
    'bytes',
    'one answer that rules look into; at most `connections` at a time are under way',
    'streamed on, and not looked into',
  ),
  limit(
    'door/flight/settlement.ts',
    { HEADER_CHARACTERS_MAX },
    'characters',
    "a payment's receipt",
    'unreadable: counts as paid',
  ),
  limit(
    'door/judge/recall.ts',
    { REMEMBERED_MAX },
    'answers',
    'answers remembered for preconditions',
    'the oldest goes',
  ),
  limit('door/judge/recall.ts', { LEAVES_MAX }, 'values', 'values remembered of one', 'the rest is not'),
  limit('door/judge/recall.ts', { VALUE_MAX_CHARS }, 'characters', 'one of them', 'not remembered'),
];
