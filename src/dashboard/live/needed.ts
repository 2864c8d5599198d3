import { computed } from '@preact/signals';
import { needs } from '../attention.ts';
import { overview } from './feed.ts';

/** How many things a person must do something about, as far as is known. */
export const needed = computed(() => (overview.value === null ? 0 : needs(overview.value)));
