import type { Premises } from '../premises.ts';
import { Commits } from './commits.ts';
import { Counts } from './counts.ts';
import type { Family } from './family.ts';
import { MachineWatch } from './machine.ts';
import { now } from './now.ts';

/** Every number that there is of a running door, for Prometheus and OpenTelemetry alike. Must be closed. */
export class Metrics {
  readonly #premises: Premises;
  readonly #counts: Counts;
  readonly #commits = new Commits();
  readonly #machine: MachineWatch;
  readonly #more: () => readonly Family[];
  readonly #stopListening: () => void;
  /** When counting began. */
  readonly since = Date.now();

  /** @param more what others count: the log, the traces */
  constructor(premises: Premises, more: () => readonly Family[] = () => []) {
    this.#premises = premises;
    this.#more = more;
    const { policy, notify } = premises.policy;
    const counts = new Counts(
      () => premises.engine,
      policy.agents.keys(),
      notify.map(({ name }) => name),
    );
    this.#counts = counts;
    this.#stopListening = premises.log.listen((entry) => counts.heard(entry));
    premises.log.watch(this.#commits);
    this.#machine = new MachineWatch(premises.dir);
  }

  async families(): Promise<readonly Family[]> {
    return [
      ...this.#counts.families(),
      ...this.#commits.families(),
      ...now(this.#premises),
      ...(await this.#machine.families()),
      ...this.#more(),
    ];
  }

  close(): void {
    this.#stopListening();
    this.#machine.close();
  }
}
