import { go } from '../address.ts';
import { inUrl } from '../in-url.ts';

/** Asks the journal for something by its name. */
export function AskWhy({ about }: { readonly about: string }) {
  return (
    <form
      class="ask-why"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = new FormData(event.currentTarget).get('about');
        if (typeof asked === 'string' && asked.trim() !== '') go(`/why?about=${inUrl(asked.trim())}`);
      }}
    >
      <label class="field">
        <span>Any id</span>
        <input
          type="search"
          name="about"
          defaultValue={about}
          placeholder="ch_1, charge:ch_1, cus_9, call_…"
          maxLength={500}
        />
      </label>
      <button type="submit">Tell me</button>
      <a class="button" href="/calls">
        Search calls by filters
      </a>
    </form>
  );
}
