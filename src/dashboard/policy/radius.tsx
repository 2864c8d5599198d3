import type { PolicyView } from '../../control/contract/policy.ts';
import { Mark } from '../parts/mark.tsx';
import { Stage } from '../parts/stage.tsx';
import { grouped, groupedAmount } from '../words.ts';
import { inUrl } from '../in-url.ts';

type Bounds = PolicyView['total'];

/** What each agent can do at most, and all of them together. */
export function Radius({ agents, total }: Pick<PolicyView, 'agents' | 'total'>) {
  return (
    <div class="table-frame">
      <table class="radius">
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Money per day</th>
            <th scope="col">Calls per hour</th>
            <th scope="col">Writes by</th>
            <th scope="col">Personal data by</th>
          </tr>
        </thead>
        <tbody>
          {agents.map(({ agent, stage, ...bounds }) => (
            <tr key={agent}>
              <th scope="row">
                <a href={`/agents/${inUrl(agent)}`}>{agent}</a> <Stage stage={stage} step={null} />
              </th>
              <Cells bounds={bounds} />
            </tr>
          ))}
          {agents.length > 1 && (
            <tr class="total">
              <th scope="row">All together</th>
              <Cells bounds={total} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ bounds: { moneyPerDay, callsPerHour, writes, destructive, pii } }: { readonly bounds: Bounds }) {
  return (
    <>
      <td data-name="Money per day">
        {moneyPerDay.length === 0 ? 'none' : moneyPerDay.map((each) => <Bound key={each} text={groupedAmount(each)} />)}
      </td>
      <td data-name="Calls per hour">
        {callsPerHour.length === 0
          ? 'none'
          : callsPerHour.map(({ effect, calls }) => (
              <Bound key={effect} text={calls === null ? `unbounded ${effect}` : `${grouped(calls)} ${effect}`} />
            ))}
      </td>
      <td data-name="Writes by">
        <Names names={writes} />
        {destructive.map((each) => (
          <p key={each} class="bound unbounded">
            <Mark kind="asks" /> {each} destroys
          </p>
        ))}
      </td>
      <td data-name="Personal data by">
        <Names names={pii} />
      </td>
    </>
  );
}

/** Where no rule bounds something, that stands out. */
function Bound({ text }: { readonly text: string }) {
  const unbounded = text.startsWith('unbounded');
  return (
    <p class={unbounded ? 'bound unbounded' : 'bound'}>
      {unbounded && <Mark kind="asks" />} {text}
    </p>
  );
}

const Names = ({ names }: { readonly names: readonly string[] }) => (
  <>{names.length === 0 ? 'none' : names.join(', ')}</>
);
