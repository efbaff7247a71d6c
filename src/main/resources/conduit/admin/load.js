// The tiles and the refusals: what has changed from one scrape to the next, and over the last minutes.

import {ninetyNinth, rate} from './metrics.js';
import {number, perSecond, seconds} from './words.js';

const POINTS = 60;
const MINUTE = 60;

const ended = (before, now) =>
  rate(before, now, 'conduit_tunnels_total') + rate(before, now, 'conduit_exchanges_total');

const TILES = [
  {
    title: 'under way',
    figure: (_, now) => now.sum('conduit_open'),
    text: number,
    hint: (_, now) => `${number(now.sum('conduit_open', {state: 'idle'}))} idle, `
      + `${number(now.sum('conduit_open', {state: 'connecting'}))} connecting`,
  },
  {
    title: 'client connections',
    figure: (_, now) => now.sum('conduit_connections'),
    text: number,
    hint: (_, now) => `of ${number(now.sum('conduit_connections_limit'))} at a time`,
  },
  {
    title: 'ended per second',
    figure: ended,
    text: number,
  },
  {
    title: 'refused per second',
    figure: (before, now) => rate(before, now, 'conduit_refusals_total'),
    text: number,
  },
  {
    title: 'up, to remotes',
    figure: (before, now) => rate(before, now, 'conduit_bytes_total', {direction: 'up'}),
    text: perSecond,
  },
  {
    title: 'down, to clients',
    figure: (before, now) => rate(before, now, 'conduit_bytes_total', {direction: 'down'}),
    text: perSecond,
  },
  {
    title: 'loops are busy',
    figure: (before, now) => 100
      * rate(before, now, 'conduit_loop_cpu_seconds_total')
      / Math.max(1, now.sum('conduit_loops')),
    text: share => `${share.toFixed(0)} %`,
    hint: (before, now) => `99 % of timers late by at most `
      + seconds(ninetyNinth(before, now, 'conduit_loop_lag_seconds')),
  },
  {
    title: 'descriptors',
    figure: (_, now) => now.sum('conduit_descriptors_open'),
    text: number,
    hint: (_, now) => `of ${number(now.sum('conduit_descriptors_limit'))}`,
  },
];

/** Shows one scrape after the other. */
export class Load {
  constructor(tiles, refusals, template) {
    this.refusals = refusals;
    this.scrapes = [];
    this.tiles = TILES.map(tile => {
      const node = template.content.cloneNode(true).firstElementChild;
      node.querySelector('h3').textContent = tile.title;
      tiles.append(node);
      return {...tile, node, points: []};
    });
  }

  show(scrape) {
    const before = this.scrapes.at(-1);
    this.scrapes.push(scrape);
    this.scrapes = this.scrapes.filter(({at}) => scrape.at - at <= MINUTE);
    if (before !== undefined) {
      this.tiles.forEach(tile => showTile(tile, before, scrape));
    }
    this.showRefusals(this.scrapes[0], scrape);
  }

  showRefusals(minuteAgo, now) {
    const reasons = new Set(now.of('conduit_refusals_total').map(({labels}) => labels.reason));
    const rows = [...reasons]
      .map(reason => {
        const all = now.sum('conduit_refusals_total', {reason});
        return {reason, all, lately: all - minuteAgo.sum('conduit_refusals_total', {reason})};
      })
      .filter(({all}) => all > 0)
      .sort((one, other) => other.lately - one.lately || other.all - one.all);
    this.refusals.replaceChildren(
      ...rows.map(({reason, lately, all}) => row(reason, number(lately), number(all))));
    if (rows.length === 0) {
      this.refusals.append(nothing('Nobody has been refused.', 3));
    }
  }
}

function showTile({figure, text, hint, node, points}, before, now) {
  const value = figure(before, now);
  node.querySelector('.value').textContent = text(value);
  node.querySelector('.hint').textContent = hint === undefined ? '' : hint(before, now);
  points.push(value);
  points.splice(0, points.length - POINTS);
  const most = Math.max(...points, Number.MIN_VALUE);
  node.querySelector('polyline').setAttribute('points', points
    .map((point, i) => `${(120 * (i + POINTS - points.length)) / (POINTS - 1)},${27 - (25 * point) / most}`)
    .join(' '));
}

/** A row of a table: a word, and figures. */
export function row(word, ...figures) {
  const tr = document.createElement('tr');
  tr.insertCell().textContent = word;
  for (const figure of figures) {
    const cell = tr.insertCell();
    cell.className = 'number';
    cell.textContent = figure;
  }
  return tr;
}

export function nothing(text, columns) {
  const tr = document.createElement('tr');
  const cell = tr.insertCell();
  cell.className = 'nothing';
  cell.colSpan = columns;
  cell.textContent = text;
  return tr;
}
