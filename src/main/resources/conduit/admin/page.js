// The page: asks the listener every two seconds, while somebody looks, and shows what it says.

import {ask, keepToken, TokenNeeded} from './api.js';
import {Load, nothing, row} from './load.js';
import {Scrape} from './metrics.js';
import {List} from './tunnels.js';
import {bytes} from './words.js';

const EVERY = 2_000;
const element = id => document.getElementById(id);

let timer;
let asking = false;
let onceMore = false;
let paused = false;

const load = new Load(element('load'), element('refusals'), element('tile'));
const list = new List(refresh);

async function refresh() {
  if (asking) {
    onceMore = true;
    return;
  }
  clearTimeout(timer);
  asking = true;
  try {
    load.show(new Scrape(await (await ask('metrics')).text()));
    await list.refresh();
    await showTop();
    await showReadiness();
    element('token-form').hidden = true;
    say('');
  } catch (failure) {
    if (failure instanceof TokenNeeded) {
      element('token-form').hidden = false;
      say('a token is needed', true);
    } else {
      say(`conduit does not answer: ${failure.message}`, true);
    }
  } finally {
    asking = false;
  }
  if (onceMore) {
    onceMore = false;
    refresh();
  } else if (!paused && !document.hidden) {
    timer = setTimeout(refresh, EVERY);
  }
}

async function showTop() {
  const by = element('top-by').value;
  const {top} = await (await ask(`api/top?by=${by}&limit=8`)).json();
  element('top').replaceChildren(...top.map(one => row(one[by], bytes(one.bytes))));
  if (top.length === 0) {
    element('top').append(nothing('Nothing has moved.', 2));
  }
}

/** Not ready is an answer and no failure, and needs no token. */
async function showReadiness() {
  const answer = await fetch('readyz');
  element('readiness').textContent = (await answer.text()).trim();
  element('readiness').className = answer.ok ? 'badge good' : 'badge bad';
}

function say(text, bad = false) {
  element('news').textContent = text;
  element('news').className = bad ? 'bad' : '';
}

element('pause').addEventListener('click', () => {
  paused = !paused;
  element('pause').ariaPressed = String(paused);
  element('pause').textContent = paused ? 'Go on' : 'Pause';
  refresh();
});

element('token-form').addEventListener('submit', event => {
  event.preventDefault();
  keepToken(element('token').value);
  element('token').value = '';
  refresh();
});

element('top-by').addEventListener('change', refresh);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
