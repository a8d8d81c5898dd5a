import type { EventView } from '../../../../src/store/port.ts';
import { plural } from '../../data/format.ts';
import { reasonOf } from '../../data/words.ts';
import { Card, Fact, Facts } from '../../parts/card.tsx';
import { Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';

/** Microsoft's answer word for word, or why there is none yet. */
export function Answer({ event }: { event: EventView }) {
  const { state, code, message, warnings, endedAt, dueAt, attempts } = event;
  const skipped = state === 'skipped';
  return (
    <Card title={skipped ? 'Why it was not sent' : "Microsoft's answer"}>
      {state === 'accepted' && (
        <p class="answer good">
          {warnings.length === 0
            ? 'Accepted, without a warning.'
            : warnings.some(({ path }) => path !== '')
              ? 'Accepted, but for these fields, which Microsoft dropped:'
              : 'Accepted, with a warning:'}
        </p>
      )}
      {code !== undefined && (
        <Facts>
          <Fact name={skipped ? 'Rule' : 'Code'}>
            <Text value={reasonOf(code)} mono={!skipped} />
          </Fact>
          {message && (
            <Fact name="Message">
              <Text value={message} />
            </Fact>
          )}
        </Facts>
      )}
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map(({ path, code: warning, message: text }) => (
            <li key={`${path} ${warning}`}>
              <Text value={path} mono /> <Text value={text} /> <span class="none">{warning}</span>
            </li>
          ))}
        </ul>
      )}
      {endedAt === undefined && code === undefined && <p class="answer">None yet: it has not been sent.</p>}
      {endedAt === undefined && (
        <p class="answer">
          {attempts > 0 && `Tried ${plural(attempts, 'time')} so far. `}
          {dueAt !== undefined && (
            <>
              Next try: <Time at={dueAt} />.
            </>
          )}
        </p>
      )}
    </Card>
  );
}
