import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from '../../src/report/html.ts';

test('what is put into a template is text, in content and in attributes', () => {
  const page = html`<p title="${`"><script>`}">${`<b>&'`}</p>`;
  expect(page.markup).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</p>');
});

test('no text, whatever it holds, adds a tag, ends a quote or opens an entity', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(html`${text}`.markup.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>"'&]/);
    }),
  );
});

test('an object that only looks like markup is not taken for it', () => {
  const forged: string = JSON.parse('{"markup":"<script>"}');
  expect(() => html`${forged}`).toThrow();
});

test('markup nests, lists are joined, and nothing stands for nothing', () => {
  expect(html`${[1, 2].map((each) => html`<i>${each}</i>`)}${null}${undefined}${false}${0}`.markup).toBe(
    '<i>1</i><i>2</i>0',
  );
});
