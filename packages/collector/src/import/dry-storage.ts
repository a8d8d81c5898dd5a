import type { Storage } from '../intake/storage.ts';
import type { AppendResult, NewEvent } from '../store/port.ts';

/** Reads as `storage` does, and stores nothing: it tells what would be stored, and what is known. */
export function createDryStorage(storage: Storage): Storage {
  return {
    recall: storage.recall,
    find: storage.find,
    append: ({ events }) =>
      storage.find((store) =>
        Promise.all(
          events.map(async (event): Promise<AppendResult> => {
            const found = await store.find({ eventId: event.eventId, limit: MAX_SAME_ID });
            return found.some((known) => isSame(known, event)) ? 'duplicate' : 'stored';
          }),
        ),
      ),
  };
}

/** More tags and goals than one id has. */
const MAX_SAME_ID = 100;

type Key = Pick<NewEvent, 'tagId' | 'name'>;

function isSame(known: Key, event: Key): boolean {
  return known.tagId === event.tagId && known.name === event.name;
}
