import type { ComponentChildren } from 'preact';
import type { Answered } from '../data/use-answer.ts';

/** Shows an answer once it is there; a problem beside it, never instead of what was there before. */
export function Loading<T>({
  answer,
  children,
}: {
  answer: Answered<T>;
  children: (value: T) => ComponentChildren;
}) {
  const { value, problem, reload } = answer;
  return (
    <>
      {problem && (
        <div class="notice bad" role="alert">
          <p>{problem.message}</p>
          <button type="button" onClick={reload}>
            Try again
          </button>
        </div>
      )}
      {value === undefined
        ? !problem && (
            <p class="loading" role="status">
              One moment…
            </p>
          )
        : children(value)}
    </>
  );
}
