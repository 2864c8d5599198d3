import { z } from 'zod';
import { Change, HoldRow, HoldView, Obstacle } from '../contract/holds.ts';
import { CallLine, OutcomeLine } from '../contract/live.ts';
import {
  CallPage,
  GateView,
  PageView,
  ReplayView,
  ReviewItem,
  ReviewQueue,
  StopPage,
  StopView,
  WhyView,
} from '../contract/lookups.ts';
import { AgentView, FreezeView, Gauge, Overview, Traffic } from '../contract/overview.ts';
import { AgentReload, PolicyView, RadiusView, ReloadAnswer } from '../contract/policy.ts';
import { SessionView, UserView } from '../contract/session.ts';

/** What the document calls them. The contract does not say it itself: the page reads it too, and has no use for these names. */
const NAMED = {
  AgentReload,
  AgentView,
  CallLine,
  CallPage,
  Change,
  FreezeView,
  GateView,
  Gauge,
  HoldRow,
  HoldView,
  Obstacle,
  OutcomeLine,
  Overview,
  PageView,
  PolicyView,
  RadiusView,
  ReloadAnswer,
  ReplayView,
  ReviewItem,
  ReviewQueue,
  SessionView,
  StopPage,
  StopView,
  Traffic,
  UserView,
  WhyView,
};

export function nameComponents(): void {
  for (const [id, schema] of Object.entries(NAMED)) {
    if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id });
  }
}

export const COMPONENT_NAMES: ReadonlySet<string> = new Set(Object.keys(NAMED));
