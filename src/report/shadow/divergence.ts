import type {
  Comparison,
  Disagreement,
  DisagreementKind,
  Divergence,
  MoneyJson,
} from '../../evidence/divergence/model.ts';
import { shadeOf } from '../chart/week.ts';
import { type Html, html } from '../html.ts';
import { counted, countedAs, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import type { Numbers } from './numbers.ts';
import { estimateText } from './people.ts';
import { jsonMoneyText } from './words.ts';

const SHOWN = 15;

const KIND: Readonly<Record<DisagreementKind, string>> = {
  only_agent: 'only the agent would have done it',
  only_people: 'only people did it',
  instead: 'another action in its place',
  amount: 'another amount',
  target: 'another target',
  ambiguous: 'several alike, nobody can say which is which',
};

/** What the agent meant to do beside what was really done, in the cases that both know. */
export function divergenceView(divergence: Divergence | null, numbers: Numbers): Html {
  if (divergence === null)
    return html`<p>
      Not given. <code>interlock compare</code> sets what the agent meant beside what people, or the system of today,
      really did; <code>--divergence FILE</code> brings it in here.
    </p>`;
  const { coverage, comparison, noise } = divergence;
  const { cases, actions, disagreements, disagreementsMore } = comparison;
  return html`<ul class="facts">
      <li>
        Compared ${counted(coverage.compared, 'case')}, a case being one ${divergence.caseField}. Of
        ${counted(coverage.withoutActuals, 'case')} of the agent’s nobody knows what people did;
        ${counted(coverage.withoutAgent, 'case')} it never
        saw${coverage.tooLarge > 0 && `; ${countedAs(coverage.tooLarge, 'case')} too large to match`}.
      </li>
      <li>Cases that went differently: <b>${estimateText(cases.differing)}</b>.</li>
      <li>Actions not exactly the same on both sides: ${estimateText(actions.differing)}.</li>
      ${noise !== null && html`<li>Its own noise floor, from a second run in ${counted(noise.cases, 'case')}: it differs from itself in <b>${estimateText(noise.itself.cases.differing)}</b>, and in the same cases from people in ${estimateText(noise.people.cases.differing)}.</li>`}
      ${comparison.money.map(({ currency, agentMicros, agentDeniedMicros, agentHeldMicros, peopleMicros, absoluteMicros }) => html`<li>Money: the agent meant ${jsonMoneyText(agentMicros, currency)}${agentDeniedMicros !== '0' && `, of which ${jsonMoneyText(agentDeniedMicros, currency)} was denied`}${agentHeldMicros !== '0' && `, ${jsonMoneyText(agentHeldMicros, currency)} held`}, people ${jsonMoneyText(peopleMicros, currency)}; differences that do not cancel out ${jsonMoneyText(absoluteMicros, currency)}.</li>`)}
    </ul>
    ${confusionView(comparison)} ${classesView(comparison)}
    ${
      disagreements.length > 0 &&
      html`<h3 class="after">Disagreements, the worst first</h3>
        <ol class="facts ranked">
          ${disagreements.slice(0, SHOWN).map((each) => disagreementLine(each, numbers))}
        </ol>
        ${disagreements.length + disagreementsMore > SHOWN && html`<p class="quiet">${grouped(String(disagreements.length + disagreementsMore - SHOWN))} more are in the JSON.</p>`}`
    }`;
}

const moneyOf = (money: MoneyJson | null): string =>
  money === null ? '' : ` of ${jsonMoneyText(money.micros, money.currency)}`;

function disagreementLine({ kind, case: name, agent, people, differs, money }: Disagreement, numbers: Numbers): Html {
  const lost =
    money.length === 0
      ? ''
      : `, ${money.map(({ micros, currency }) => jsonMoneyText(micros, currency)).join(' and ')} apart`;
  return html`<li>
    <b>${KIND[kind]}</b>${lost}
    <span class="line"
      >Agent:
      ${agent.length === 0 ? 'nothing' : agent.map(({ call, route, subject, amount, verdict }, index) => html`${index > 0 && '; '}${numbers.call(call)} <code>${route}</code> <bdi>${subject}</bdi>${moneyOf(amount)} <span class="quiet">${verdict}</span>`)}</span
    >
    <span class="line"
      >People:
      ${people.length === 0 ? 'nothing' : people.map(({ route, subject, amount, place }, index) => html`${index > 0 && '; '}<code>${route}</code> <bdi>${subject}</bdi>${moneyOf(amount)} <span class="quiet"><bdi>${place}</bdi></span>`)}</span
    >
    <span class="quiet line"
      ><bdi>${name}</bdi>${differs.length > 0 && html`; differs in <bdi>${differs.join(', ')}</bdi>`}</span
    >
  </li>`;
}

const NAMES_SHOWN = 14;

/** Rows: what the agent meant. Columns: what people did. The diagonal is agreement. */
function confusionView({ confusion }: Comparison): Html | null {
  const { names, cells } = confusion;
  if (names.length < 2 || names.length > NAMES_SHOWN) return null;
  const most = cells.flat().reduce((largest, value) => Math.max(largest, value), 0);
  return html`<h3 class="after">What the agent meant, where people did what</h3>
    <table class="matrix named">
      <caption>
        Rows are the agent’s actions, columns what people did
      </caption>
      <thead>
        <tr>
          <td></td>
          ${names.map((name, column) => html`<th scope="col"><bdi class="long">${name}</bdi><span class="short" aria-hidden="true">${column + 1}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name, row) =>
            html`<tr>
              <th scope="row"><span class="short" aria-hidden="true">${row + 1} </span><bdi>${name}</bdi></th>
              ${(cells[row] ?? []).map((value, column) => html`<td class="shade-${shadeOf(value, most)}${row === column ? ' same' : ''}">${grouped(String(value))}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>`;
}

function classesView({ classes }: Comparison): Html | null {
  if (classes.length === 0) return null;
  const figure = { figure: true } as const;
  return html`<h3 class="after">Agreement by kind of action</h3>
    ${table({
      caption: 'Agreement by route and effect',
      columns: [
        { name: 'Action', wide: true },
        ...['Both', 'Exactly alike', 'Only the agent', 'Only people'].map((name) => ({ name, ...figure })),
        { name: 'Agreement', ...figure },
      ],
      rows: classes.map(({ route, effect, both, exact, onlyAgent, onlyPeople, agreement }) => [
        html`<code>${route}</code> <span class="effect ${effect}">${effect}</span>`,
        ...[both, exact, onlyAgent, onlyPeople].map((value) => grouped(String(value))),
        estimateText(agreement),
      ]),
    })}`;
}
