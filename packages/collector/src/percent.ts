/** 0.256 → 26 %; what is not nothing is never shown as 0 %, what is not all never as 100 %. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share > 0 && rounded === 0) return '< 1 %';
  if (share < 1 && rounded === 100) return '> 99 %';
  return `${rounded} %`;
}
