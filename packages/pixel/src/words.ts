/**
 * Every word that the pixel says of its work (`debug.ts`). The builds write a word's place in this
 * list in its stead; the debug overlay knows both. Browsers may have one of another version in their
 * cache: new words are added at the end.
 */
export const WORDS = [
  // For features, see `Words`; those that end in `?` are questions.
  'go?',
  'name?',
  'source?',
  'consent?',
  'out?',
  'copy?',
  'start',
  'opened',
  'moving',
  'page',
  'held',
  'consent',
  'uetq',
  'tcf',
  'beacon',
  'load',
  'queued',
  'answered',
  'dropped',
  'erased',
  'leave',
  // To be explained.
  'track',
  'no name',
  'bad consent',
  'left out',
  'uetq left out',
  'not sent',
  'copy withheld',
  'tag keeps ids',
  'failed',
  'debug',
] as const;

export type Word = (typeof WORDS)[number];
