/**
 * Prometheus' text format, version 0.0.4, read strictly: what a scraper would drop or misread throws.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

/** Numbers as Go's `ParseFloat` reads them. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/** Metrics by their name. */
export function parseMetrics(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  const series = new Set<string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, kind, named, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(named!)) throw new Error(`${named} comes twice`);
      families.set(named!, { name: named!, help: rest!, type: '', samples: [] });
    } else if (kind === 'TYPE') families.get(named!)!.type = rest!;
    else {
      const sample = parseSample(line);
      const family = familyOf(families, sample.name);
      const id = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (series.has(id)) throw new Error(`the series comes twice: ${line}`);
      series.add(id);
      family.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const parsed: Record<string, string> = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < labels.length; ) {
    const [, label, text] = LABEL.exec(labels) ?? [];
    if (label === undefined) throw new Error(`no labels: ${line}`);
    parsed[label] = text!;
  }
  return { name, labels: parsed, value: Number(value!.replace('Inf', 'Infinity')) };
}

function familyOf(families: Map<string, Family>, sample: string): Family {
  const name = families.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
  const family = families.get(name);
  if (!family?.type) throw new Error(`${sample} without HELP and TYPE before it`);
  if (name !== sample && family.type !== 'histogram') throw new Error(`${sample} is no histogram`);
  return family;
}

/** The sum over all series of a metric that have these labels; 0 where there is none. */
export function total(
  metrics: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = metrics.get(name) ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (!family) throw new Error(`no metric ${name}`);
  return family.samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
