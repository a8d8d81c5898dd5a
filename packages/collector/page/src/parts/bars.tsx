import { visible } from '../data/format.ts';

export interface Bar {
  label: string;
  /** The same below the column, where there is little room. */
  short?: string;
  value: number;
  /** What the figure is called, with its unit. */
  text: string;
}

/** Heights in a view of 100 units, so that the drawing scales with its box. */
const HEIGHT = 100;

/** Columns side by side: a distribution, or days. The figures are in the table that readers of text get. */
export function Columns({
  bars,
  label,
  tone = 'server',
}: {
  bars: readonly Bar[];
  label: string;
  tone?: string;
}) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const width = 100 / Math.max(1, bars.length);
  return (
    <figure class="columns">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ label: name, value, text }, index) => (
          <rect
            key={name}
            class={tone}
            x={index * width + width * 0.12}
            width={width * 0.76}
            // What is not nothing is seen.
            y={HEIGHT - Math.max(value > 0 ? 2 : 0, (value / most) * HEIGHT)}
            height={Math.max(value > 0 ? 2 : 0, (value / most) * HEIGHT)}
          >
            <title>{`${visible(name)}: ${text}`}</title>
          </rect>
        ))}
      </svg>
      <div class="axis" aria-hidden="true">
        {bars.map(({ label: name, short = name }) => (
          <span key={name}>{short}</span>
        ))}
      </div>
      <figcaption class="unseen">
        {label}: {bars.map(({ label: name, text }) => `${name}: ${text}`).join('; ')}
      </figcaption>
    </figure>
  );
}

/** How much of a whole. @param share 0 to 1 */
export function Share({ share, tone = 'server' }: { share: number; tone?: string }) {
  return (
    <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="6" />
      <rect class={tone} width={Math.max(share > 0 ? 1 : 0, share * 100)} height="6" />
    </svg>
  );
}
