import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

interface Row {
  rounds: number;
  events: number;
  failed: number;
  wireDuplicates: number;
  attempts: number;
}

/** Prints what the scenarios of the fault matrix cost on the wire; they say it in an annotation. */
export default class TableReporter implements Reporter {
  #rows = new Map<string, Row>();

  onTestEnd({ title }: TestCase, { annotations, status }: TestResult): void {
    const said = annotations.find(({ type }) => type === 'wire')?.description;
    if (!said) return;
    const { events, wireDuplicates, attempts } = JSON.parse(said) as Row;
    const name = title.replace(/, round .*/, '');
    const sum = this.#rows.get(name) ?? { rounds: 0, events: 0, failed: 0, wireDuplicates: 0, attempts: 0 };
    this.#rows.set(name, {
      rounds: sum.rounds + 1,
      events: sum.events + events,
      failed: sum.failed + Number(status !== 'passed'),
      wireDuplicates: sum.wireDuplicates + wireDuplicates,
      attempts: sum.attempts + attempts,
    });
  }

  onEnd(): void {
    if (this.#rows.size === 0) return;
    const byNumber = [...this.#rows].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    console.table(Object.fromEntries(byNumber));
  }

  /** The line reporter keeps writing to the terminal. */
  printsToStdio(): boolean {
    return false;
  }
}
