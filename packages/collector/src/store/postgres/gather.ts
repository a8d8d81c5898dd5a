import { StoreUnavailable } from '../unavailable.ts';

/**
 * Turns many single questions into few joint ones: whatever is asked while one is under way goes into the
 * next. Who asks alone is answered alone.
 *
 * @param ask gives an answer to each, in their order
 */
export function gather<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<Answer[]>,
): (question: Question) => Promise<Answer> {
  let waiting: { question: Question; resolve(answer: Answer): void; reject(error: unknown): void }[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await answer(group);
    }
    isRunning = false;
  }

  async function answer(group: typeof waiting): Promise<void> {
    try {
      const answers = await ask(group.map(({ question }) => question));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index]!);
    } catch (error) {
      // A question that is to blame must not take others with it.
      const isOnesFault = group.length > 1 && !(error instanceof StoreUnavailable);
      if (isOnesFault) for (const one of group) await answer([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!isRunning) void run();
    });
}
