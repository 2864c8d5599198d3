import type { Change } from '../../control/contract/holds.ts';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { inUrl } from '../in-url.ts';

const KIND: Readonly<Record<Change['kind'], string>> = {
  limit: 'limit',
  once: 'once',
  subject: 'subject',
  agent: 'agent',
};

/** Before and after, line by line; what weighs is marked and said. */
export function ChangeTable({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">Of what</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ kind, what, before, after, weighs }) => (
          <tr key={`${kind} ${what}`} class={weighs ? 'weighs' : undefined}>
            <th scope="row">
              {kind === 'limit' || kind === 'once' ? (
                <a href={`/policy?rule=${inUrl(what)}`}>
                  <Said text={what} />
                </a>
              ) : (
                <Said text={what} />
              )}
              <span class="unseen"> ({KIND[kind]})</span>
            </th>
            <td data-name="Now">
              <Said text={before} />
            </td>
            <td data-name="Then">
              {weighs && <Mark kind="asks" />} <Said text={after} />
              {weighs && <span class="unseen"> (this weighs)</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
