/** Browser ── 1 ── Server: two ways in, one count. `undefined`: not known. */
export interface WayProps {
  browser: boolean | undefined;
  server: boolean | undefined;
  /** How often Microsoft counts it. */
  counted: number;
}

export function Ways({ browser, server, counted }: WayProps) {
  return (
    <div class="ways" role="img" aria-label={describe({ browser, server, counted })}>
      <span class={`way browser ${mark(browser)}`}>Browser</span>
      <span class={`bar browser ${mark(browser)}`} />
      <span class={`counted ${counted > 1 ? 'twice' : ''}`}>{counted}</span>
      <span class={`bar server ${mark(server)}`} />
      <span class={`way server ${mark(server)}`}>Server</span>
    </div>
  );
}

const mark = (seen: boolean | undefined) => (seen === undefined ? 'unknown' : seen ? 'on' : 'off');

function describe({ browser, server, counted }: WayProps): string {
  const word = (seen: boolean | undefined) =>
    seen === undefined ? 'not known' : seen ? 'arrived' : 'did not arrive';
  return `Browser's copy: ${word(browser)}. Server's copy: ${word(server)}. Counted ${counted === 1 ? 'once' : counted === 0 ? 'not at all' : `${counted} times`}.`;
}
