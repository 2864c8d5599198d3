import { whyJson } from '../../report/why/json.ts';
import { sealedIn, withSealedNamed } from '../../report/why/sealed.ts';
import { whyText } from '../../report/why/text.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { erasedAmong, pseudonyms } from '../../warehouse/why/sealed-values.ts';
import { tellWhy } from '../../warehouse/why/why.ts';
import type { WhyView } from '../contract/lookups.ts';
import { shownOf } from '../why/shown.ts';

const WIDTH = 100;

/** The same as `interlock why`. Personal data stands sealed: what a browser was shown, no erasure reaches. */
export async function whyView(dir: string, what: string): Promise<WhyView> {
  const archive = openArchive(dir);
  const found = await tellWhy(archive, what, pseudonyms(dir)).finally(() => archive.close());
  const erased = erasedAmong(dir, sealedIn(found));
  const told = withSealedNamed(found, (token) => erased.has(token));
  return {
    kind: told.kind,
    asked: what,
    text: whyText(told, { width: WIDTH, place: '', now: Date.now() }),
    shown: shownOf(told),
    told: JSON.parse(whyJson(found)),
  };
}
