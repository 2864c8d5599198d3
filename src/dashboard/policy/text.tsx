import { useEffect } from 'preact/hooks';
import type { PolicyView, RulePlace } from '../../control/contract/policy.ts';
import { visible } from '../../std/visible.ts';
import { useAnswer } from '../parts/answer.ts';
import { Mark } from '../parts/mark.tsx';
import { inUrl } from '../in-url.ts';

/** The policy's files, line by line; the lines of the rule that was asked for are marked and shown first. */
export function PolicyText({ policy, rule }: { readonly policy: PolicyView; readonly rule: string | null }) {
  const asked = useAnswer<RulePlace>(rule === null ? null : `/v1/policy/rule?rule=${inUrl(rule)}`);
  const place = rule !== null && asked.kind === 'answered' ? asked.value : null;
  const files = [[policy.file, policy.text] as const, ...Object.entries(policy.includes)];
  useEffect(() => {
    if (place === null) return;
    document.querySelector('.policy-line.asked')?.scrollIntoView({ block: 'center' });
  }, [place]);
  return (
    <>
      {rule !== null && asked.kind === 'refused' && (
        <p class="refused" role="alert">
          <Mark kind="fail" /> {asked.refused.message}
        </p>
      )}
      {place !== null && (
        <p role="status">
          <code>{place.rule}</code> stands at{' '}
          <a href={`#${anchor(place.file, place.line)}`}>
            {place.file}:{place.line}
          </a>
          .
        </p>
      )}
      {files.map(([name, text]) => (
        <figure key={name} class="policy-file">
          <figcaption class="quiet">
            <code>{name}</code>
          </figcaption>
          <pre tabIndex={0}>
            {text.split(/\r?\n/).map((line, index) => {
              const number = index + 1;
              const isAsked =
                place?.file === name && number >= place.line && number < place.line + Math.max(1, place.lines.length);
              return (
                <span key={number} id={anchor(name, number)} class={isAsked ? 'policy-line asked' : 'policy-line'}>
                  <span class="line-number">{String(number).padStart(4)} </span>
                  {visible(line)}
                  {'\n'}
                </span>
              );
            })}
          </pre>
        </figure>
      ))}
    </>
  );
}

const anchor = (file: string, line: number): string => `${file.replaceAll(/[^\w-]/g, '-')}-L${line}`;
