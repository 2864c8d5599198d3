import { visibleWhole } from '../../std/visible.ts';
import type { Field } from '../../control/contract/holds.ts';

interface FieldsParts {
  readonly fields: readonly Field[];
  readonly opaque?: { readonly bytes: number; readonly sha256: string } | null;
  /** What stands where there are none. */
  readonly none?: string;
  /** Fields that are not shown. */
  readonly more?: number;
}

/** A body field by field. Nothing of it is left out: what is long is scrolled. */
export function Fields({ fields, opaque = null, none = 'no body', more = 0 }: FieldsParts) {
  if (opaque !== null) {
    return (
      <p class="quiet">
        {opaque.bytes} bytes that no rule has read, SHA-256 <code>{opaque.sha256}</code>
      </p>
    );
  }
  if (fields.length === 0) return <p class="quiet">{none}</p>;
  return (
    <>
      <dl class="fields">
        {fields.map(({ name, value }, index) => (
          <div key={index}>
            <dt>
              <bdi>{visibleWhole(name)}</bdi>
            </dt>
            <dd>
              <bdi>{visibleWhole(value)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {more > 0 && <p class="quiet">and {more} more</p>}
    </>
  );
}

/** A request's line and headers. */
export function RequestHead({
  method,
  target,
  upstream,
  headers,
}: {
  readonly method: string;
  readonly target: string;
  readonly upstream: string;
  readonly headers: Readonly<Record<string, string>>;
}) {
  const names = Object.entries(headers);
  return (
    <>
      <p class="wire-line">
        <code>
          <bdi>
            {visibleWhole(method)} {visibleWhole(target)}
          </bdi>
        </code>{' '}
        <span class="quiet">to {upstream}</span>
      </p>
      {names.length > 0 && (
        <details>
          <summary>
            {names.length} {names.length === 1 ? 'header' : 'headers'}
          </summary>
          <Fields fields={names.map(([name, value]) => ({ name, value }))} />
        </details>
      )}
    </>
  );
}
