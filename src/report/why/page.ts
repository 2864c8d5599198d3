import { createHash } from 'node:crypto';
import type { Account, CallStory, Told } from '../../warehouse/why/told.ts';
import { shortly } from '../../warehouse/why/account.ts';
import { isRecorded, recordedDeed } from '../../warehouse/why/recorded.ts';
import { clockTime, deed, fullTime, person, several } from '../../warehouse/why/wording.ts';
import { type Html, html, trusted } from '../html.ts';
import { mark, shapes } from '../page/marks.ts';
import { STYLE } from '../page/style.ts';
import { ledgerView, part, storyView } from './page-story.ts';
import { momentAnchor } from './page-timeline.ts';
import { coded } from './coded.ts';
import { standingLine } from './standing-words.ts';
import { WHY_STYLE } from './style.ts';

/** What can be a page: a choice or nothing is an answer for the terminal. */
export type PageTold = Extract<Told, { kind: 'call' | 'account' }>;

/**
 * The story for people: one file that asks the network for nothing and holds no script.
 * INVARIANT: its content security policy allows our one style sheet, by its hash, and an icon from a data URL, nothing
 * else; and the only links lead to places in the page. So even markup that slipped through escaping could neither run nor fetch.
 */
export function whyPage(told: PageTold, { writtenAt }: { readonly writtenAt: number }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${titleOf(told)}, Interlock</title>
        <link rel="icon" href="${ICON}" />
        ${STYLE_ELEMENT}
      </head>
      <body class="why">
        ${shapes}
        <main>${told.kind === 'call' ? callPage(told) : accountPage(told)}</main>
        <footer>
          <p>
            Written by <code>interlock why</code> at ${fullTime(writtenAt)} from the journal of the door, which
            <code>interlock audit verify</code> proves whole. Times are UTC. Personal data that the policy names stands
            sealed here. Texts in quotes are an agent's, a customer's or a business's own.
          </p>
        </footer>
      </body>
    </html> `.markup;
}

function titleOf(told: PageTold): string {
  return told.kind === 'call' ? `Why ${deed(told.step, 'wish')}` : `Why ${told.of.name}`;
}

function callPage(story: CallStory): Html {
  return html`${headlineOf(story)} ${storyView(story, 'story')}`;
}

function headlineOf(story: CallStory): Html {
  const { step, hold } = story;
  const word = hold?.reviews.at(-1);
  return html`<header class="headline">
    <p class="product">Interlock: what happened, and why</p>
    <h1>${stateMark(story)} <bdi>${headOf(story)}</bdi></h1>
    <div class="answer">${sentences(story.summary)}</div>
    <dl class="figures">
      <div>
        <dt>When (UTC)</dt>
        <dd>
          <time datetime="${new Date(step.at).toISOString()}"
            >${clockTime(step.at)} <small>${new Date(step.at).toISOString().slice(0, 10)}</small></time
          >
        </dd>
      </div>
      <div>
        <dt>Amount</dt>
        <dd>${step.amount?.shown ?? 'none'}</dd>
      </div>
      <div>
        <dt>The door</dt>
        <dd>${(isRecorded(step) ? WOULD : DID)[step.verdict]}</dd>
      </div>
      <div>
        <dt>Outcome</dt>
        <dd>${outcomeOf(story)}</dd>
      </div>
      ${
        word !== undefined &&
        html`<div>
          <dt>${word.approved ? 'Approved by' : 'Refused by'}</dt>
          <dd><bdi>${person(word.by)}</bdi></dd>
        </div>`
      }
    </dl>
  </header>`;
}

const DID = { allow: 'let it through', deny: 'refused it', hold: 'held it', capture: 'kept it' } as const;
const WOULD = {
  allow: 'would let it through',
  deny: 'would refuse it',
  hold: 'would hold it',
  capture: 'would keep it',
} as const;

function headOf({ step }: CallStory): string {
  const { agent, verdict, end } = step;
  if (isRecorded(step)) return `${agent} ${recordedDeed(step)}`;
  if (verdict === 'deny' || verdict === 'hold') return `${agent} wanted to ${deed(step, 'wish')}`;
  if (verdict === 'capture') return `${agent} meant to ${deed(step, 'wish')}`;
  return end?.effectiveness === 'effective'
    ? `${agent} ${deed(step, 'fact')}`
    : `${agent} tried to ${deed(step, 'wish')}`;
}

function stateMark({ step: { verdict, end } }: CallStory): Html {
  if (end?.origin !== 'recorded') {
    if (verdict === 'deny') return mark('denied');
    if (verdict === 'hold') return mark('failure');
    if (verdict === 'capture') return mark('note');
  }
  return mark(
    end?.effectiveness === 'effective' ? 'effect' : end?.effectiveness === 'ineffective' ? 'denied' : 'failure',
  );
}

function outcomeOf({ step: { verdict, end } }: CallStory): string {
  const there = end?.origin === 'recorded' ? ', as recorded' : '';
  if (verdict !== 'allow' && there === '') return 'nothing was sent';
  if (end === null || end.effectiveness === 'unknown') return 'nobody knows';
  return `${end.effectiveness === 'effective' ? 'it took effect' : 'it did not happen'}${there}`;
}

/** Each sentence stands alone, so that none has to be searched for; what is suspicious stands out. */
function sentences(summary: readonly string[]): readonly Html[] {
  return summary.map(
    (sentence) => html`<p class="${sentence.startsWith('Careful') && 'alarm'}"><bdi>${coded(sentence)}</bdi></p>`,
  );
}

function accountPage(account: Account): Html {
  const { of, summary, ledger, notes, stops, standings, stories, untold, gaps } = account;
  const anchors = new Map(
    stories.flatMap((story, index): [string, string][] => [
      [story.step.call, momentAnchor(`s${index + 1}`, story.step.call)],
      ...(story.hold === null
        ? []
        : [[story.hold.call, momentAnchor(`s${index + 1}`, story.step.call)] as [string, string]]),
    ]),
  );
  return html`<header class="headline">
      <p class="product">Interlock: what happened, and why</p>
      <h1><bdi>${of.role === 'subject' || of.role === 'id' ? of.name : `The ${of.role} ${of.name}`}</bdi></h1>
      <div class="answer">
        ${sentences(summary)}
        ${
          stories.length > 1 &&
          html`<ul>
            ${stories.map(
              (story, index) =>
                html`<li>
                  <a href="#s${index + 1}"><bdi>${shortly(story.step)}</bdi></a>
                </li>`,
            )}
          </ul>`
        }
      </div>
    </header>
    ${part('all', 'ledger', 'Every write, and what it comes to', html`${ledgerView(ledger, null, anchors)}${untold > 0 && html`<p class="quiet">${several(untold, 'more write')} of these can be asked about alone: <code>interlock why CALL</code>.</p>`}`)}
    ${
      notes.length > 0 &&
      part(
        'all',
        'notes',
        'What the agent noted',
        html`<ul>
          ${notes.map(({ at, text }) => html`<li><span class="when">${clockTime(at)}</span> <bdi>${text}</bdi></li>`)}
        </ul>`,
      )
    }
    ${
      stops.length > 0 &&
      part(
        'all',
        'stops',
        'When it was stopped',
        html`<ul>
          ${stops.map(({ at, trip, by, reason, resumed }) => html`<li>${mark('freeze')} ${fullTime(at)}: ${trip} by <bdi>${person(by)}</bdi>, <bdi>${reason}</bdi>; ${resumed === null ? html`<b>nobody has resumed it</b>` : html`resumed by <bdi>${person(resumed.by)}</bdi> at ${fullTime(resumed.at)}: <bdi>${resumed.reason}</bdi>`}</li>`)}
        </ul>`,
      )
    }
    ${
      standings.length > 0 &&
      part(
        'all',
        'standings',
        'Where it stood',
        html`<ul>
          ${standings.map((told) => html`<li><bdi>${standingLine(told)}</bdi></li>`)}
        </ul>`,
      )
    }
    ${
      gaps.length > 0 &&
      part(
        'all',
        'gaps',
        'What this journal cannot say',
        html`<ul>
          ${gaps.map((gap) => html`<li><bdi>${coded(gap)}</bdi></li>`)}
        </ul>`,
      )
    }
    ${stories.map(
      (story, index) =>
        html`<div class="story" id="s${index + 1}">
          <header class="headline">
            <h2>${stateMark(story)} <bdi>${headOf(story)}</bdi></h2>
            <div class="answer">${sentences(story.summary)}</div>
          </header>
          ${storyView({ ...story, subject: null }, `s${index + 1}`, true)}
        </div>`,
    )}`;
}

const SHEET = STYLE + WHY_STYLE;

/** Made whole: a formatter that moved a space within the element would break its hash. */
const STYLE_ELEMENT = trusted(`<style>${SHEET}</style>`);

const STYLE_HASH = createHash('sha256').update(SHEET).digest('base64');

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Without an icon of its own, a browser asks the server for one. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#3a6ea5" d="M2 2h5v12H2zM9 2h5v12H9z"/></svg>',
)}`;
