import type { ComponentChildren } from 'preact';
import type { Tone } from '../data/words.ts';

export interface TileProps {
  name: string;
  figure: string;
  unit?: string | undefined;
  note?: ComponentChildren;
  tone?: Tone | undefined;
  /** Where the figure comes from. */
  href?: string | undefined;
}

/** One figure that answers one question. */
export function Tile({ name, figure, unit, note, tone = 'soft', href }: TileProps) {
  return (
    <div class={`tile ${tone}`}>
      <p class="tile-name">{href ? <a href={href}>{name}</a> : name}</p>
      <p class="tile-figure" style={{ '--chars': figure.length }}>
        {figure} {unit && <small>{unit}</small>}
      </p>
      {note && <p class="tile-note">{note}</p>}
    </div>
  );
}
