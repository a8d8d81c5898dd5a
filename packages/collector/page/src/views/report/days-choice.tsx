import { useState } from 'preact/hooks';

const CHOICES = [1, 7, 14, 30];

/** A week, in which every day of the week occurs once. */
const DEFAULT_DAYS = 7;

/** As often as the collector adds up the sums of days, ms. */
export const REFRESH_MS = 15_000;

export const useDays = () => useState(DEFAULT_DAYS);

export function DaysChoice({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return (
    <label class="choice">
      <span>Days</span>
      <select value={days} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {CHOICES.map((choice) => (
          <option key={choice} value={choice}>
            {choice === 1 ? 'Today' : `Last ${choice} days`}
          </option>
        ))}
      </select>
    </label>
  );
}
