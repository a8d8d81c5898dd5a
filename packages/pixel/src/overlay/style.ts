/** A constructed style sheet: no inline style for the page's Content-Security-Policy to refuse. */
export const STYLE = `
:host {
  all: initial;
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f4f5f8; --line: #d9dde6; --ink: #171a21; --soft: #596172;
  --good: #16703a; --good-ground: #e3f5ea; --wait: #855000; --wait-ground: #fdf1dc;
  --bad: #b3261e; --bad-ground: #fde9e7; --none: #596172; --none-ground: #eceef3; --focus: #5b47c8;
}
@media (prefers-color-scheme: dark) {
  :host {
    --ground: #14181f; --raised: #1d232d; --line: #343c4a; --ink: #eceff5; --soft: #a3adbf;
    --good: #74dc9b; --good-ground: #14301f; --wait: #f4c173; --wait-ground: #35290f;
    --bad: #ff9a92; --bad-ground: #3d1a17; --none: #a3adbf; --none-ground: #272e3a; --focus: #a99bff;
  }
}
* { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
.panel {
  position: fixed; z-index: 2147483647; right: 12px; bottom: 12px;
  display: flex; flex-direction: column;
  width: min(460px, calc(100vw - 24px)); max-height: min(640px, calc(100vh - 24px));
  background: var(--ground); color: var(--ink);
  border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 10px 32px rgb(0 0 0 / 28%);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow: hidden; text-align: left;
}
header { display: flex; align-items: center; gap: 8px; padding: 8px 8px 8px 14px; background: var(--raised); }
h2 { flex: 1; font-weight: 650; font-size: 14px; }
button { border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; background: var(--ground); cursor: pointer; }
button:hover { border-color: var(--soft); }
.body { overflow-y: auto; overscroll-behavior: contain; border-top: 1px solid var(--line); }
.collapsed .body { display: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
dt { color: var(--soft); }
dd { overflow-wrap: anywhere; }
.facts { padding: 10px 14px; border-bottom: 1px solid var(--line); }
.id { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 12px; }
ol { list-style: none; padding: 0; }
li + li { border-top: 1px solid var(--line); }
.empty, .remark { padding: 7px 14px 7px 30px; color: var(--soft); }
.remark { display: flex; gap: 10px; overflow-wrap: anywhere; }
time { flex: none; color: var(--soft); font-variant-numeric: tabular-nums; }
summary { display: grid; grid-template-columns: 6px max-content 1fr; align-items: center; gap: 4px 10px; padding: 8px 14px; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; padding: 2.5px; transform: rotate(-45deg); }
details[open] > summary::before { transform: rotate(45deg); }
summary:hover { background: var(--raised); }
.name { font-weight: 600; overflow-wrap: anywhere; }
.badges { grid-column: 2 / -1; display: flex; flex-wrap: wrap; gap: 4px 6px; }
.badge { padding: 0 8px; border-radius: 99px; font-size: 12px; white-space: nowrap; color: var(--none); background: var(--none-ground); }
.good { color: var(--good); background: var(--good-ground); }
.waiting { color: var(--wait); background: var(--wait-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
details dl { padding: 2px 14px 12px 30px; }
.notes { color: var(--wait); }
@media print { .panel { display: none; } }
`;
