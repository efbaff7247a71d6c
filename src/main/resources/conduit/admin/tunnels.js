// The list of what is under way, and one of it: why it is slow, and the button that ends it.

import {ask} from './api.js';
import {nothing} from './load.js';
import {bytes, number, perSecond, roundTrip, seconds, whySlow} from './words.js';

const PER_PAGE = 50;
const COLUMNS = 10;
const element = id => document.getElementById(id);

/** Lists what the form asks for. */
export class List {
  /** @param changed called when something else is asked for; the list is to be shown again */
  constructor(changed) {
    this.rows = element('tunnels').tBodies[0];
    this.sort = {by: 'age', order: 'desc'};
    this.offset = 0;
    this.changed = changed;
    this.one = new One();
    for (const id of ['filter', 'inbound', 'phase']) {
      element(id).addEventListener('input', () => this.again());
    }
    element('query').addEventListener('submit', event => event.preventDefault());
    element('earlier').addEventListener('click', () => this.turn(-PER_PAGE));
    element('later').addEventListener('click', () => this.turn(PER_PAGE));
    for (const head of document.querySelectorAll('[data-sort]')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent.trim();
      button.addEventListener('click', () => this.sortBy(head.dataset.sort));
      head.replaceChildren(button);
    }
    this.markSort();
  }

  sortBy(by) {
    const turned = this.sort.by === by && this.sort.order === 'desc';
    this.sort = {by, order: turned ? 'asc' : 'desc'};
    this.markSort();
    this.again();
  }

  markSort() {
    for (const head of document.querySelectorAll('[data-sort]')) {
      if (head.dataset.sort === this.sort.by) {
        head.ariaSort = this.sort.order === 'desc' ? 'descending' : 'ascending';
      } else {
        head.ariaSort = null;
      }
    }
  }

  again() {
    this.offset = 0;
    this.changed();
  }

  turn(by) {
    this.offset = Math.max(0, this.offset + by);
    this.changed();
  }

  async refresh() {
    const query = new URLSearchParams({
      sort: this.sort.by, order: this.sort.order, limit: PER_PAGE, offset: this.offset,
    });
    for (const id of ['filter', 'inbound', 'phase']) {
      if (element(id).value !== '') {
        query.set(id, element(id).value);
      }
    }
    const list = await (await ask(`api/tunnels?${query}`)).json();
    const last = list.offset + list.tunnels.length;
    element('matching').textContent = list.tunnels.length === 0
      ? `none of ${number(list.open)}`
      : `${number(list.offset + 1)} to ${number(last)} of ${number(list.matching)}, ${number(list.open)} in all`;
    element('earlier').disabled = list.offset === 0;
    element('later').disabled = last >= list.matching;
    this.show(list.tunnels);
    await this.one.refresh();
  }

  /** Rows of the same tunnel stay where they are in the document, so that a focus is not lost. */
  show(tunnels) {
    const known = new Map([...this.rows.rows].map(row => [row.dataset.id, row]));
    const rows = tunnels.map(tunnel => {
      const row = known.get(tunnel.id) ?? this.newRow(tunnel);
      fill(row, tunnel);
      return row;
    });
    if (rows.length === 0) {
      this.rows.replaceChildren(nothing('Nothing.', COLUMNS));
      return;
    }
    for (const old of [...this.rows.rows]) {
      if (!rows.includes(old)) {
        old.remove();
      }
    }
    rows.forEach((row, i) => {
      if (this.rows.rows[i] !== row) {
        this.rows.insertBefore(row, this.rows.rows[i] ?? null);
      }
    });
  }

  newRow(tunnel) {
    const row = document.createElement('tr');
    row.dataset.id = tunnel.id;
    const open = document.createElement('button');
    open.type = 'button';
    open.addEventListener('click', () => this.one.open(tunnel.id));
    row.insertCell().append(open);
    for (let i = 1; i < COLUMNS; i++) {
      row.insertCell();
    }
    return row;
  }
}

function fill(row, tunnel) {
  const user = tunnel.user === null ? '' : ` (${tunnel.user})`;
  row.cells[0].firstChild.textContent = tunnel.client + user;
  const figures = {
    age: seconds(tunnel.age_seconds),
    idle: seconds(tunnel.idle_seconds),
    up: bytes(tunnel.up_bytes),
    down: bytes(tunnel.down_bytes),
    rate: perSecond(tunnel.up_bytes_per_second + tunnel.down_bytes_per_second),
    'round trip': seconds(roundTrip(tunnel)),
  };
  [tunnel.destination ?? '–', tunnel.inbound, tunnel.phase].forEach((word, i) => {
    row.cells[i + 1].textContent = word;
  });
  Object.entries(figures).forEach(([is, text], i) => {
    const cell = row.cells[i + 4];
    cell.className = 'number';
    cell.dataset.is = is;
    cell.textContent = text;
  });
}

/** The dialog about one of them. */
class One {
  constructor() {
    this.dialog = element('one');
    this.id = null;
    element('close').addEventListener('click', () => this.dialog.close());
    element('end').addEventListener('click', () => this.end());
    this.dialog.addEventListener('close', () => {
      this.id = null;
    });
  }

  async open(id) {
    this.id = id;
    this.surely(false);
    element('one-news').textContent = '';
    element('facts').replaceChildren();
    element('why').textContent = '';
    element('one-title').textContent = id;
    this.dialog.showModal();
    try {
      await this.refresh();
    } catch (failure) {
      element('one-news').textContent = failure.message;
    }
  }

  async refresh() {
    const {id} = this;
    if (id === null) {
      return;
    }
    let tunnel;
    try {
      tunnel = await (await ask(`api/tunnels/${id}`)).json();
    } catch (failure) {
      if (this.id === id) {
        element('why').textContent = '';
        element('one-news').textContent = `It is not under way any more (${failure.message}).`;
        element('end').disabled = true;
      }
      return;
    }
    if (this.id !== id) {
      return;
    }
    element('one-title').textContent = `${tunnel.client} to ${tunnel.destination ?? 'nowhere yet'}`;
    element('why').textContent = whySlow(tunnel);
    element('facts').replaceChildren(...Object.entries(facts(tunnel)).flatMap(([term, text]) => {
      const dt = document.createElement('dt');
      const dd = document.createElement('dd');
      dt.textContent = term;
      dd.textContent = text;
      return [dt, dd];
    }));
  }

  /** The first click asks, the second one ends. */
  surely(sure) {
    this.sure = sure;
    element('end').disabled = false;
    element('end').textContent = sure ? 'Yes, end it' : 'End it';
  }

  async end() {
    if (!this.sure) {
      this.surely(true);
      return;
    }
    const {id} = this;
    this.surely(false);
    element('end').disabled = true;
    try {
      await ask(`api/tunnels/${id}`, 'DELETE');
      if (this.id !== id) {
        return;
      }
      element('one-news').textContent = 'It was ended.';
      element('why').textContent = '';
      this.id = null;
    } catch (failure) {
      element('one-news').textContent = failure.message;
    }
  }
}

function facts(tunnel) {
  return {
    id: tunnel.id,
    kind: `${tunnel.kind}, ${tunnel.inbound}, ${tunnel.phase}`,
    user: tunnel.user ?? '–',
    remote: tunnel.remote ?? '–',
    'decided by': tunnel.rule ?? '–',
    age: seconds(tunnel.age_seconds),
    idle: seconds(tunnel.idle_seconds),
    up: `${bytes(tunnel.up_bytes)}, ${perSecond(tunnel.up_bytes_per_second)}`,
    down: `${bytes(tunnel.down_bytes)}, ${perSecond(tunnel.down_bytes_per_second)}`,
    "client's socket": socket(tunnel.client_socket),
    "remote's socket": socket(tunnel.remote_socket),
  };
}

function socket(of) {
  return of === null
    ? '–'
    : `round trip ${seconds(of.round_trip_seconds)}; ${bytes(of.unsent_bytes)} unsent, `
      + `${bytes(of.unacknowledged_bytes)} unacknowledged, ${bytes(of.unread_bytes)} unread; `
      + `${number(of.retransmitted_segments)} segments sent again`;
}
