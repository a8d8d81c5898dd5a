import type { AccountGoal } from './account-goals.ts';

/**
 * Whether a goal of a UET tag can count events of this name. Conditions on their category, label and
 * value are not looked at.
 */
export function waitsFor({ type, status, action }: AccountGoal, eventName: string): boolean {
  if (type !== 'Event' || status !== 'Active') return false;
  if (!action) return true;
  const { operator, expression } = action;
  switch (operator) {
    case 'BeginsWith':
      return eventName.startsWith(expression);
    case 'Contains':
      return eventName.includes(expression);
    case 'RegularExpression':
      return matches(expression, eventName);
    default:
      return eventName === expression;
  }
}

/** An expression that cannot be read here may mean anything: then there is nothing to say about it. */
function matches(expression: string, text: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    return true;
  }
}
