import { useState } from 'preact/hooks';
import type { EventDetail } from '../../../../src/store/reading.ts';
import { ActionButton } from '../../parts/action.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { curlOf } from './curl.ts';

/** What ended otherwise than by a rule can be sent again. */
const REPLAYABLE = ['accepted', 'rejected', 'expired', 'dead'];

export function EventActions({ detail: { event }, onChange }: { detail: EventDetail; onChange: () => void }) {
  const { seq, state, wire, tagId, destination } = event;
  /** Said here, since a button goes with what it has done. */
  const [told, setTold] = useState('');
  const tell = (text: string) => () => {
    setTold(text);
    onChange();
  };
  const isCapi = destination.startsWith('uet-capi') || destination === '';
  return (
    <div class="actions">
      {REPLAYABLE.includes(state) && wire !== undefined && (
        <ActionButton
          label="Replay"
          method="POST"
          path={`/events/${seq}/replay`}
          confirm="Send it again, under the same id?"
          onDone={tell('Replayed.')}
        />
      )}
      {wire !== undefined && (
        <CopyButton
          label={isCapi ? 'Copy as curl' : 'Copy payload'}
          text={isCapi ? curlOf(tagId, wire) : wire}
        />
      )}
      {wire !== undefined && (
        <ActionButton
          label="Erase"
          method="DELETE"
          path={`/events/${seq}`}
          danger
          confirm="Erase its content for good? What waits is then not sent."
          onDone={tell('Erased.')}
        />
      )}
      <span role="status" class="told">
        {told}
      </span>
    </div>
  );
}
