// What the page takes from /metrics: Prometheus's text format, as sums of counters and shares of histograms.

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** All samples of one scrape. */
export class Scrape {
  constructor(text) {
    this.at = performance.now() / 1000;
    this.samples = new Map();
    for (const line of text.split('\n')) {
      const sample = SAMPLE.exec(line);
      if (sample !== null) {
        const [, name, labels, value] = sample;
        const known = this.samples.get(name) ?? [];
        known.push({labels: parseLabels(labels ?? ''), value: Number(value.replace('Inf', 'Infinity'))});
        this.samples.set(name, known);
      }
    }
  }

  /** The sum over all series of a metric that have these labels. */
  sum(name, labels = {}) {
    return this.of(name, labels).reduce((sum, sample) => sum + sample.value, 0);
  }

  of(name, labels = {}) {
    return (this.samples.get(name) ?? []).filter(sample =>
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
  }
}

function parseLabels(text) {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name, value]));
}

/** By how much a counter has grown in a second, between two scrapes of the same process. */
export function rate(before, now, name, labels) {
  const grown = now.sum(name, labels) - before.sum(name, labels);
  return grown < 0 ? 0 : grown / (now.at - before.at);
}

/** The bound of a histogram that 99 of 100 between two scrapes have kept, or null if there were none. */
export function ninetyNinth(before, now, name) {
  const bounds = now.of(`${name}_bucket`)
    .map(({labels, value}) => {
      const earlier = before.of(`${name}_bucket`, labels)[0]?.value ?? 0;
      return {bound: Number(labels.le.replace('+Inf', 'Infinity')), count: value - earlier};
    })
    .sort((one, other) => one.bound - other.bound);
  const all = bounds.at(-1)?.count ?? 0;
  return all <= 0 ? null : bounds.find(({count}) => count >= all * 0.99).bound;
}
