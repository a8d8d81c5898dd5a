import type { DayReport } from '../../../src/insight/day-report.ts';
import { percent } from '../../../src/percent.ts';
import { count, money, plural } from '../data/format.ts';
import { useAnswer } from '../data/use-answer.ts';
import { SOURCES } from '../data/words.ts';
import { Columns } from '../parts/bars.tsx';
import { Card, Empty, Table } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Tile } from '../parts/tile.tsx';
import { useSession } from '../session.ts';
import { DaysChoice, REFRESH_MS, useDays } from './report/days-choice.tsx';
import { copiesOf, purchasesByDay, salesOf } from './report/sums.ts';

export function ReportView() {
  const { site } = useSession();
  const [days, setDays] = useDays();
  const answer = useAnswer<{ days: DayReport[] }>('/report', {
    query: { site, days },
    everyMs: REFRESH_MS,
  });
  return (
    <>
      <div class="head">
        <h1>Report</h1>
        <DaysChoice days={days} onChange={setDays} />
      </div>
      <p class="lead">
        What each day looked like, delivered or not: in mode <code>shadow</code> these are the figures by
        which to decide to go live. Days are UTC.
      </p>
      <Loading answer={answer}>
        {({ days: reports }) =>
          reports.length === 0 ? (
            <section class="card">
              <Empty title="Nothing was captured in these days">
                <p>
                  A day's figures follow within a minute of its events. To look before you leap, run a week
                  with <code>UET_CAPI_MODE=shadow</code>: everything is captured and checked, nothing is
                  delivered.
                </p>
              </Empty>
            </section>
          ) : (
            <Figures reports={reports} days={days} />
          )
        }
      </Loading>
    </>
  );
}

function Figures({ reports, days }: { reports: readonly DayReport[]; days: number }) {
  const sales = salesOf(reports);
  const copies = copiesOf(reports.map(({ purchaseCopies }) => purchaseCopies));
  const byDay = purchasesByDay(reports, days, Date.now());
  return (
    <>
      <div class="tiles">
        <Tile name="Purchases" figure={count(sales.count)} />
        {Object.entries(sales.value).map(([currency, value]) => (
          <Tile key={currency} name="Revenue" figure={money(value)} unit={currency || 'no currency'} />
        ))}
        <Tile
          name="Purchases only the server saw"
          figure={copies.estimatedLostShare === undefined ? '–' : percent(copies.estimatedLostShare)}
          note={
            copies.estimatedLostShare === undefined
              ? 'no page load is known of any'
              : `an estimate: ${count(copies.unseen)} of ${count(copies.seen + copies.unseen)}, where the tag was not seen`
          }
        />
        <Tile
          name="Events"
          figure={count(reports.reduce((sum, { events }) => sum + events, 0))}
          note={`of which ${plural(
            reports.reduce((sum, { pageLoads }) => sum + pageLoads, 0),
            'page load',
          )}`}
        />
      </div>
      <Card title="Purchases by day" lead="UTC">
        <Columns
          label="Purchases by day"
          bars={byDay.map(({ day, purchases }) => ({
            label: day.slice(5),
            value: purchases,
            text: plural(purchases, 'purchase'),
          }))}
        />
      </Card>
      <Days reports={reports} />
    </>
  );
}

function Days({ reports }: { reports: readonly DayReport[] }) {
  const { sites } = useSession();
  return (
    <Card title="Day by day" lead="By the way on which each event came first.">
      <Table
        label="Day by day"
        columns={[
          'Day',
          'Channel',
          { number: 'Events' },
          { number: 'Purchases' },
          { number: 'Revenue' },
          { number: 'Only the server (estimate)' },
        ]}
      >
        {reports.map((report) => (
          <DayRows key={`${report.site} ${report.day}`} report={report} showSite={sites.length > 1} />
        ))}
      </Table>
    </Card>
  );
}

function DayRows({ report, showSite }: { report: DayReport; showSite: boolean }) {
  const { day, site, events, purchases, purchaseCopies, channels, heldBack } = report;
  const share = purchaseCopies.estimatedLostShare;
  return (
    <>
      <tr>
        <th scope="row">
          {day}
          {showSite && <span class="sub">{site}</span>}
        </th>
        <td>
          all
          {heldBack > 0 && <span class="sub">{plural(heldBack, 'test or bot')} apart</span>}
        </td>
        <td class="number strong">{count(events)}</td>
        <td class="number strong">{count(purchases.count)}</td>
        <td class="number strong">
          <Revenue value={purchases.value} />
        </td>
        <td class="number">{share === undefined ? '–' : percent(share)}</td>
      </tr>
      {Object.entries(channels).map(([source, sums]) => (
        <tr key={source} class="minor">
          <td />
          <td>{SOURCES[source as keyof typeof SOURCES]}</td>
          <td class="number">{count(sums.events)}</td>
          <td class="number">{count(sums.purchases.count)}</td>
          <td class="number">
            <Revenue value={sums.purchases.value} />
          </td>
          <td />
        </tr>
      ))}
    </>
  );
}

/** Each currency a line. */
function Revenue({ value }: { value: Record<string, number> }) {
  const sums = Object.entries(value);
  if (sums.length === 0) return <>–</>;
  return sums.map(([currency, sum]) => <div key={currency}>{money(sum, currency)}</div>);
}
