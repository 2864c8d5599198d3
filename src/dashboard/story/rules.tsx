import type { CallShown } from '../../control/contract/story.ts';
import { visible } from '../../std/visible.ts';
import { Moment } from '../parts/when.tsx';

/** The lines of the rules that decided, as they were then. */
export function Rules({ policy: { file, digest, since, rules } }: { readonly policy: CallShown['policy'] }) {
  return (
    <>
      <p class="quiet">
        <code>{file}</code>, digest <code>{digest?.slice(0, 12)}</code>
        {since !== null && (
          <>
            , in force since <Moment at={since} /> UTC
          </>
        )}
        . The lines as they were then:
      </p>
      {rules.map(({ rule, file: where, line, lines }) => (
        <figure key={rule} class="rule-lines">
          <figcaption class="quiet">
            <code>{rule}</code> in {where}
          </figcaption>
          <pre tabIndex={0}>
            {lines.map((text, index) => (
              <span key={index}>
                <span class="line-number">{String(line + index).padStart(4)} </span>
                {visible(text)}
                {'\n'}
              </span>
            ))}
          </pre>
        </figure>
      ))}
    </>
  );
}
