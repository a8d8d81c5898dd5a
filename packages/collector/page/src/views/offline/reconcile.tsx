import { useState } from 'preact/hooks';
import { type CallProblem, call } from '../../data/call.ts';
import { count, money } from '../../data/format.ts';
import { Card, Table } from '../../parts/card.tsx';
import { SiteChoice } from '../../parts/site-choice.tsx';
import { useSession } from '../../session.ts';

interface Reconciled {
  totals: {
    lines: number;
    unreadable: number;
    outcomes: Record<string, { orders: number; values: Record<string, number> }>;
  };
  lines: { line: number; outcome?: string; unreadable?: string }[];
  stopped?: { line: number; stopped: string };
}

/** The shop's orders against ours: nothing of the file is kept. */
export function ReconcileCard() {
  const { role, sites } = useSession();
  const [result, setResult] = useState<Reconciled>();
  const [problem, setProblem] = useState<CallProblem>();
  if (role !== 'admin') return null;

  async function compare(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const csv = await (form.get('file') as File).text();
    setProblem(undefined);
    try {
      const body = { site: String(form.get('site') ?? sites[0]), csv };
      setResult(await call<Reconciled>('POST', '/reconcile', { body }));
    } catch (error) {
      setProblem(error as CallProblem);
    }
  }

  return (
    <Card
      title="Reconcile"
      lead="A CSV of the shop's orders (id, and if you like value and currency): what became of each."
    >
      <form class="form" onSubmit={(event) => void compare(event)}>
        <SiteChoice />
        <label>
          <span>CSV file</span>
          <input name="file" type="file" accept=".csv,text/csv" required />
        </label>
        <div class="actions">
          <button type="submit">Compare</button>
        </div>
      </form>
      {problem && (
        <p class="notice bad" role="alert">
          {problem.message}
        </p>
      )}
      {result && <Outcomes result={result} />}
    </Card>
  );
}

function Outcomes({ result: { totals, lines, stopped } }: { result: Reconciled }) {
  return (
    <>
      {stopped && (
        <p class="notice warn">
          Nothing was read from line {stopped.line} on: {stopped.stopped}
        </p>
      )}
      <Table label="Outcomes" columns={['Outcome', { number: 'Orders' }, { number: 'Value' }]}>
        {Object.entries(totals.outcomes)
          .filter(([, { orders }]) => orders > 0)
          .map(([outcome, { orders, values }]) => (
            <tr key={outcome}>
              <th scope="row">{outcome}</th>
              <td class="number">{count(orders)}</td>
              <td class="number">
                {Object.entries(values)
                  .map(([currency, sum]) => money(sum, currency))
                  .join(', ') || '–'}
              </td>
            </tr>
          ))}
      </Table>
      {lines.length > 0 && (
        <details class="all-settings">
          <summary>Lines that were not accepted</summary>
          <ul>
            {lines.map(({ line, outcome, unreadable }) => (
              <li key={line}>
                line {line}: {outcome ?? unreadable}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
