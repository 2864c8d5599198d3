import type { ComponentType } from 'preact';
import { Agent } from './agent/view.tsx';
import { Call } from './calls/view.tsx';
import { Evidence } from './evidence/view.tsx';
import { Hold } from './holds/hold.tsx';
import { Holds } from './holds/view.tsx';
import { Overview } from './overview/view.tsx';
import { People } from './people/view.tsx';
import { Policy } from './policy/view.tsx';
import { Review } from './review/view.tsx';
import { Why } from './story/why.tsx';
import { CallStream } from './stream/view.tsx';
import type { ViewProps } from './view-props.ts';

interface View {
  readonly pattern: string;
  /** For the window's title. */
  readonly title: (params: ViewProps['params']) => string;
  readonly view: ComponentType<ViewProps>;
}

/** Every address that the page has. */
export const VIEWS: readonly View[] = [
  { pattern: '/', title: () => 'Overview', view: Overview },
  { pattern: '/agents/:agent', title: ({ agent = '' }) => agent, view: Agent },
  { pattern: '/calls', title: () => 'Calls', view: CallStream },
  { pattern: '/calls/:call', title: ({ call = '' }) => `Call ${call}`, view: Call },
  { pattern: '/why', title: () => 'Why', view: Why },
  { pattern: '/holds', title: () => 'What waits', view: Holds },
  { pattern: '/holds/:call', title: ({ call = '' }) => `Held: ${call}`, view: Hold },
  { pattern: '/review', title: () => 'Review', view: Review },
  { pattern: '/evidence', title: () => 'Evidence', view: Evidence },
  { pattern: '/policy', title: () => 'Policy', view: Policy },
  { pattern: '/people', title: () => 'People', view: People },
];
