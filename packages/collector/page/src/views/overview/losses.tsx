import type { Overview } from '../../../../src/store/reading.ts';
import { count } from '../../data/format.ts';
import { reasonOf, STATES } from '../../data/words.ts';
import { Card, Empty } from '../../parts/card.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Excerpt } from '../../parts/text.tsx';
import { Ago } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';

const SHOWN_REASON_CHARS = 120;

/** Why events or parts of them did not arrive, by how often. */
export function Losses({ overview: { reasons, warnings } }: { overview: Overview }) {
  const failed = reasons.some(({ state }) => state !== 'skipped');
  const nothing = reasons.length === 0 && warnings.length === 0;
  return (
    <Card
      title="What was not accepted, and why"
      lead={nothing ? undefined : 'Of the newest events. Open one to read its story.'}
      actions={
        failed && (
          <a class="button" href="#/offline">
            Replay by reason
          </a>
        )
      }
    >
      {nothing && (
        <Empty title="Nothing was lost">
          <p>Refusals, rules that hold back, and fields that Microsoft dropped would stand here.</p>
        </Empty>
      )}
      <ul class="losses">
        {reasons.map(({ state, code, count: events, seq, at, site }) => (
          <li key={`${site} ${state} ${code}`}>
            <span class="losses-count">{count(events)}</span>
            <span>
              <a href={hrefOf('events', seq)}>
                <Excerpt value={reasonOf(code)} chars={SHOWN_REASON_CHARS} />
              </a>
              <span class="losses-more">
                <Pill tone={STATES[state].tone}>{STATES[state].label}</Pill> <Ago at={at} />
              </span>
            </span>
          </li>
        ))}
        {warnings.map(({ code, path, count: events, seq, at, site }) => (
          <li key={`${site} warning ${code} ${path}`}>
            <span class="losses-count">{count(events)}</span>
            <span>
              <a href={hrefOf('events', seq)}>
                <Excerpt value={path ? `${path}: ${code}` : code} chars={SHOWN_REASON_CHARS} />
              </a>
              <span class="losses-more">
                <Pill tone="warn">{path ? 'Field dropped' : 'Warning'}</Pill> <Ago at={at} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
