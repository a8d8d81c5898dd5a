import { count } from '../../data/format.ts';
import { Card, Empty, Table } from '../../parts/card.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Text } from '../../parts/text.tsx';
import { hrefOf } from '../../router.ts';
import type { OfflineSite, Upload } from './offline.ts';

const UPLOADS: Record<Upload['upload'], string> = {
  conversions: 'Conversions',
  adjustments: 'Adjustments',
  'online-adjustments': 'Adjustments of online conversions',
};

export function UploadsCard({ sites }: { sites: readonly OfflineSite[] }) {
  const rows = sites.flatMap(({ site, uploads }) =>
    uploads.filter(({ received }) => received > 0).map((upload) => ({ site, ...upload })),
  );
  return (
    <Card title="Uploads" lead="Accepted is not counted yet: Microsoft counts what it can attribute.">
      {rows.length === 0 ? (
        <Empty title="Nothing was uploaded yet">
          <p>
            <code>POST /v1/conversions</code>, <code>uet-capi import FILE.csv</code>, or an event that a goal
            is mapped to.
          </p>
        </Empty>
      ) : (
        <Table
          label="Uploads"
          columns={['What', 'Health', { number: 'Accepted' }, { number: 'Waiting' }, { number: 'Refused' }]}
        >
          {rows.map((row) => (
            <tr key={row.destination}>
              <th scope="row">
                <a href={hrefOf('events', undefined, new URLSearchParams({ destination: row.destination }))}>
                  {UPLOADS[row.upload]}
                </a>
                <span class="sub">{row.site}</span>
              </th>
              <td>
                <Pill tone={row.paused === undefined ? 'good' : 'bad'}>
                  {row.paused === undefined ? 'Healthy' : 'Paused'}
                </Pill>
                {row.paused !== undefined && (
                  <span class="sub">
                    <Text value={row.paused} />
                  </span>
                )}
              </td>
              <td class="number">{count(row.ended.accepted ?? 0)}</td>
              <td class="number">{count(row.waiting)}</td>
              <td class="number">
                {count((row.ended.rejected ?? 0) + (row.ended.dead ?? 0) + (row.ended.expired ?? 0))}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
