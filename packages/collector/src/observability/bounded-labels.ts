/** What stands for everything that gets no value of its own. */
const OTHER = 'other';

/** How many codes may have a series of their own; Microsoft's documents name about ten. */
const MAX_VALUES = 50;

/** A code as a programmer writes one. Free text, which could quote an event, is none. */
const CODE = /^[A-Za-z][\w.-]{0,63}$/;

/**
 * Turns codes that somebody else chose into label values: the first 50 that look like codes stay,
 * everything else becomes `other`. A destination that answers nonsense can then neither fill the
 * memory nor write into the metrics.
 */
export function createBoundedLabels(): (code: string) => string {
  const known = new Set<string>();
  return (code) => {
    if (known.has(code)) return code;
    if (!CODE.test(code) || known.size >= MAX_VALUES) return OTHER;
    known.add(code);
    return code;
  };
}
