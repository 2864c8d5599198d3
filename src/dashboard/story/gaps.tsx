import { Said } from '../parts/said.tsx';

export function Gaps({ gaps }: { readonly gaps: readonly string[] }) {
  if (gaps.length === 0) return null;
  return (
    <section aria-labelledby="gaps">
      <h2 id="gaps">What this journal cannot say</h2>
      <ul class="lines">
        {gaps.map((gap) => (
          <li key={gap}>
            <Said text={gap} />
          </li>
        ))}
      </ul>
    </section>
  );
}
