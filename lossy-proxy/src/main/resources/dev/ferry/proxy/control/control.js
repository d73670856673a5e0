'use strict';

/** How often the proxy is asked how it is, in milliseconds. */
const POLL_MS = 250;

/** How long it may take to answer. */
const PATIENCE_MS = 5000;

/** How much of the past the plots show. */
const WINDOW_MS = 60_000;

/** Over how much of it a rate is measured. */
const RATE_MS = 1000;

const DIRECTIONS = [
  {id: 'up', name: 'Up', what: 'from the clients to the server'},
  {id: 'down', name: 'Down', what: 'from the server to the clients'},
];

const SERIES = ['received', 'sent', 'dropped'];

const DETAILS = [
  ['dropped', 'loss', 'lost'],
  ['dropped', 'queue', 'queue full'],
  ['dropped', 'mtu', 'above MTU'],
  ['dropped', 'blackhole', 'blackhole'],
  ['dropped', 'overflow', 'too much'],
  ['impaired', 'duplicated', 'duplicated'],
  ['impaired', 'replayed', 'replayed'],
  ['impaired', 'reordered', 'reordered'],
  ['impaired', 'corrupted', 'corrupted'],
  ['impaired', 'truncated', 'truncated'],
];

const element = (id) => document.getElementById(id);
const clone = (id) => element(id).content.firstElementChild.cloneNode(true);
const grouped = (number) => Math.round(number).toLocaleString('en');

/* ---- Values: what a property's text means to a slider, and back ---- */

const number = (value) => String(Number(value.toPrecision(3)));

/** The first part of a text that is a number with one of the units, in the first of the units. */
function measure(text, units) {
  for (const [, digits, unit] of text.matchAll(/(\d*\.?\d+)\s*([a-z%]*)/gi)) {
    if (unit.toLowerCase() in units) {
      return Number(digits) * units[unit.toLowerCase()];
    }
  }
  return 0;
}

const share = {
  none: '0%',
  unit: '%',
  max: 100,
  position(text) {
    const nth = text.match(/^every:(.*)$/);
    return nth ? 100 / Number(nth[1]) : text.startsWith('list:') ? 0 : measure(text, {'%': 1, '': 100});
  },
  text(position, before) {
    const burst = before.match(/^burst:[^:]*:(.*)$/);
    const possible = burst && position < 100 && position / (100 - position) <= Number(burst[1]);
    const keeps = position > 0 && (possible || /^[\d.]+%?:/.test(before));
    return keeps ? before.replace(/[\d.]+%?(?=:|$)/, `${position}%`) : `${position}%`;
  },
};

const time = (max) => ({
  none: '0ms',
  unit: 'ms',
  max,
  position: (text) => measure(text, {ms: 1, s: 1000, us: 1e-3, ns: 1e-6, min: 60_000, h: 3_600_000}),
  text: (position, before) => before.replace(/^[^:]*/, `${position}ms`),
});

/** Twenty steps for each power of ten from 10 kbit to 1 gbit; then as fast as it gets. */
const rate = {
  none: 'none',
  unit: 'mbit',
  max: 101,
  position(text) {
    const mbit = measure(text, {mbit: 1, kbit: 1e-3, bit: 1e-6, gbit: 1e3});
    return mbit === 0 ? this.max : Math.max(0, Math.min(100, Math.round(20 * (Math.log10(mbit) + 2))));
  },
  text(position) {
    const mbit = 10 ** (position / 20 - 2);
    if (position >= this.max) {
      return 'none';
    }
    return mbit < 1 ? `${number(mbit * 1000)}kbit` : `${number(mbit)}mbit`;
  },
};

const ROWS = [
  {name: 'loss', label: 'Loss', kind: share},
  {name: 'delay', label: 'Delay', kind: time(1000), step: 5},
  {name: 'jitter', label: 'Jitter', kind: time(500)},
  {name: 'duplicate', label: 'Duplicate', kind: share},
  {name: 'reorder', label: 'Reorder', kind: share},
  {name: 'corrupt', label: 'Corrupt', kind: share},
  {name: 'rate', label: 'Rate', kind: rate},
];

/* ---- The proxy ---- */

/** It answered, but not with what was asked for. */
class Refusal extends Error {}

async function ask(method, path, body) {
  const response = await fetch(path, {method, body, signal: AbortSignal.timeout(PATIENCE_MS)});
  const text = await response.text();
  if (response.status >= 500) {
    throw new Error(text.trim());
  }
  if (!response.ok) {
    throw new Refusal(text.trim());
  }
  return text;
}

/** Keeps all digits of the seed, which may be more than a number of this language has. */
function parse(text) {
  return {...JSON.parse(text), seed: text.match(/"seed":(-?\d+)/)[1]};
}

/** Counts changes: an answer to a question from before the last one says nothing about it. */
let changes = 0;

/** Changes on their way, the last one for each key only. */
const waiting = new Map();
let sending = false;

/** Changes something, when the changes before are through. */
function change(key, job) {
  waiting.set(key, job);
  changes++;
  if (!sending) {
    sendAll();
  }
}

async function sendAll() {
  sending = true;
  while (waiting.size > 0) {
    const [key, job] = waiting.entries().next().value;
    waiting.delete(key);
    try {
      const state = parse(await ask(job.method, job.path, job.body));
      changes++;
      job.onDone?.();
      show(state, waiting.size === 0);
    } catch (error) {
      changes++;
      if (error instanceof Refusal) {
        job.onRefused?.(error.message);
      } else {
        /* What somebody has asked for is not forgotten because the proxy is busy or gone. */
        if (!waiting.has(key)) {
          waiting.set(key, job);
        }
        showGone();
        await new Promise((resume) => setTimeout(resume, POLL_MS));
      }
    }
  }
  sending = false;
}

async function poll() {
  const before = changes;
  try {
    show(parse(await ask('GET', '/api/state')), before === changes);
  } catch {
    showGone();
  }
  setTimeout(poll, POLL_MS);
}

/* ---- One property of one direction ---- */

/** A text field, whose value stays as it was typed until the proxy has taken it. */
class Property {
  constructor(way, name, label) {
    this.way = way;
    this.editing = false;
    this.trouble = '';
    this.node = clone('row');
    [this.label, this.slider, this.field] = this.node.children;
    this.label.textContent = label;
    this.field.id = `${way.id}-${name}-exact`;
    this.field.setAttribute('aria-describedby', way.message.id);
    this.field.addEventListener('input', () => { this.editing = true; });
    this.field.addEventListener('change', () => this.enter(this.field.value.trim()));
    this.field.addEventListener('blur', () => { this.editing &&= this.isRefused(); });
    this.field.addEventListener('keydown', (event) => event.key === 'Escape' && this.giveUp());
  }

  isRefused() {
    return this.field.hasAttribute('aria-invalid');
  }

  send(body) {
    const which = element('link').checked ? 'both' : this.way.id;
    change(`${which} ${this.field.id}`, {
      method: 'PATCH',
      path: `/api/impairments/${which}`,
      body,
      onDone: () => this.settle(),
      onRefused: (message) => this.complain(message),
    });
  }

  settle() {
    this.editing = false;
    this.trouble = '';
    this.field.removeAttribute('aria-invalid');
    this.way.complain();
  }

  complain(message) {
    if (this.editing) {
      this.field.setAttribute('aria-invalid', 'true');
    } else {
      this.display(this.text);
    }
    this.trouble = message;
    this.way.complain();
  }

  giveUp() {
    this.settle();
    this.display(this.text);
  }

  /** Shows what the proxy does. */
  show(text) {
    this.text = text;
    if (!this.editing) {
      this.display(text);
    }
  }

  display(text) {
    this.field.value = text;
  }
}

/** One with a slider. */
class Row extends Property {
  constructor(way, {name, label, kind, step = 1}) {
    super(way, name, label);
    this.name = name;
    this.kind = kind;
    this.label.htmlFor = this.slider.id = `${way.id}-${name}`;
    this.field.setAttribute('aria-label', `${label}, exactly`);
    this.slider.max = kind.max;
    this.slider.step = step;
    this.slider.addEventListener('input', () => this.slide());
  }

  slide() {
    this.settle();
    const text = this.kind.text(Number(this.slider.value), this.text);
    this.display(text);
    this.send(`${this.name}=${text}`);
  }

  enter(text) {
    const plain = /^\d*\.?\d+$/.test(text);
    this.send(`${this.name}=${plain ? text + this.kind.unit : text || this.kind.none}`);
  }

  show(impairments) {
    super.show(impairments[this.name] ?? this.kind.none);
  }

  display(text) {
    super.display(text);
    this.slider.value = this.kind.position(text);
    this.slider.setAttribute('aria-valuetext', text);
  }
}

/** Everything for which there is no slider, in one line. */
class Others extends Property {
  constructor(way) {
    super(way, 'others', 'Others');
    this.slider.remove();
    this.node.classList.add('wide');
    this.label.htmlFor = this.field.id;
    this.field.placeholder = 'mtu=1400,replay=1%';
    this.present = [];
  }

  /** What is not named any more is taken away. */
  enter(text) {
    const named = text.split(',').map((pair) => pair.split('=')[0].trim());
    const missing = this.present.filter((name) => !named.includes(name));
    const pairs = missing.map((name) => (name === 'queue' ? 'queue=64KiB' : `${name}=none`));
    this.send([...pairs, text].filter((pair) => pair).join(','));
  }

  show(impairments) {
    this.present = Object.keys(impairments).filter((name) => ROWS.every((row) => row.name !== name));
    super.show(this.present.map((name) => `${name}=${impairments[name]}`).join(','));
  }
}

/* ---- One direction ---- */

const droppedOf = (counters) => Object.values(counters.dropped).reduce((a, b) => a + b, 0);

class Way {
  constructor({id, name, what}) {
    this.id = id;
    this.name = name;
    this.node = clone('way');
    this.find('.name').textContent = name;
    this.find('h2').id = `${id}-name`;
    this.find('small').textContent = what;
    this.node.setAttribute('aria-labelledby', `${id}-name`);
    this.message = this.find('.message');
    this.message.id = `${id}-message`;
    this.plot = new Plot(this.find('.plot'), this.find('.scale'));
    for (const series of SERIES) {
      this.find(`.totals .${series} .rate`).id = `${id}-${series}-rate`;
      this.find(`.totals .${series} .total`).id = `${id}-${series}`;
    }
    this.details = DETAILS.map(([group, key, label]) => this.detail(group, key, label));
    this.rows = [...ROWS.map((row) => new Row(this, row)), new Others(this)];
    this.find('.rows').append(...this.rows.map((row) => row.node));
  }

  find(selector) {
    return this.node.querySelector(selector);
  }

  detail(group, key, label) {
    const [box, term, value] = ['div', 'dt', 'dd'].map((tag) => document.createElement(tag));
    term.textContent = label;
    value.id = `${this.id}-${key}-count`;
    box.append(term, value);
    this.find('.details').append(box);
    return (counters) => {
      const count = counters[group][key];
      value.textContent = grouped(count);
      value.classList.toggle('none', count === 0);
    };
  }

  /** Shows what the proxy would not take, as long as it stands there. */
  complain() {
    this.message.textContent = this.rows.find((row) => row.trouble)?.trouble ?? '';
  }

  /** Shows the counters at a time of the proxy. */
  count(counters, atMs) {
    const totals = {received: counters.received, sent: counters.sent, dropped: droppedOf(counters)};
    this.plot.add({atMs, ...totals});
    const rates = this.plot.draw(this.name);
    for (const series of SERIES) {
      element(`${this.id}-${series}-rate`).textContent = `${grouped(rates[series])}/s`;
      element(`${this.id}-${series}`).textContent = `${grouped(totals[series])} in all`;
    }
    this.details.forEach((show) => show(counters));
  }

  impair(impairments) {
    this.rows.forEach((row) => row.show(impairments));
  }
}

/* ---- A plot of the last minute ---- */

class Plot {
  constructor(svg, scale) {
    this.svg = svg;
    this.scale = scale;
    this.samples = [];
  }

  /** Forgets what is too old, or from before a restart of the proxy or of its counters. */
  add(sample) {
    const last = this.samples.at(-1);
    if (last && (sample.atMs < last.atMs || SERIES.some((series) => sample[series] < last[series]))) {
      this.samples = [];
    }
    this.samples.push(sample);
    const oldest = this.samples.findIndex(({atMs}) => atMs >= sample.atMs - WINDOW_MS - RATE_MS);
    this.samples.splice(0, oldest);
  }

  /** The rates over the second before each sample. */
  points() {
    let from = 0;
    return this.samples.slice(1).map((sample, i) => {
      while (from < i && this.samples[from + 1].atMs <= sample.atMs - RATE_MS) {
        from++;
      }
      const before = this.samples[from];
      const seconds = Math.max(sample.atMs - before.atMs, 1) / 1000;
      const rates = SERIES.map((series) => [series, (sample[series] - before[series]) / seconds]);
      return {atMs: sample.atMs, ...Object.fromEntries(rates)};
    });
  }

  /** Draws, and returns the rates of now. */
  draw(name) {
    const points = this.points();
    const now = points.at(-1) ?? {received: 0, sent: 0, dropped: 0};
    const top = round(Math.max(8, ...points.flatMap((point) => SERIES.map((series) => point[series]))));
    const {width, height} = this.svg.viewBox.baseVal;
    for (const series of SERIES) {
      const line = points.map((point) => {
        const x = width * (1 - (now.atMs - point.atMs) / WINDOW_MS);
        return `${x.toFixed(1)} ${(height - 1 - ((height - 2) * point[series]) / top).toFixed(1)}`;
      });
      const area = series === 'sent' ? '' : this.ground(line, height);
      this.svg.querySelector(`.${series}`).setAttribute('d', line.length ? `M${line.join('L')}${area}` : '');
    }
    this.scale.textContent = grouped(top);
    const figures = SERIES.map((series) => `${series} ${grouped(now[series])}`).join(', ');
    this.svg.setAttribute('aria-label', `${name}: datagrams per second in the last minute; now ${figures}`);
    return now;
  }

  ground(line, height) {
    return line.length ? `V${height}H${line[0].split(' ')[0]}Z` : '';
  }
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => step * power >= value) * power;
}

/* ---- The whole ---- */

const STATES = {
  running: ['Running', 'Datagrams pass, impaired as told.'],
  paused: ['Paused', 'Everything is held back until it goes on.'],
  blackhole: ['Blackhole', 'Whatever arrives is dropped.'],
  gone: ['Gone', 'The proxy does not answer any more; still trying …'],
};

let ways = [];
let updates = 0;

function showCondition(condition) {
  if (document.body.dataset.state !== condition) {
    document.body.dataset.state = condition;
    [element('state-name').textContent, element('state-text').textContent] = STATES[condition];
  }
  if (element('controls').disabled !== (condition === 'gone')) {
    element('controls').disabled = condition === 'gone';
  }
}

function showGone() {
  showCondition('gone');
}

function showSwitch(id, on) {
  element(id).setAttribute('aria-pressed', String(on));
}

/** What is typed or dragged at the moment is not overwritten by an answer from before. */
function show(state, isCurrent) {
  showCondition(state.paused ? 'paused' : state.blackhole ? 'blackhole' : 'running');
  element('listening').textContent = state.listening;
  element('server').textContent = state.server;
  element('seed').textContent = state.seed;
  element('flows').textContent = grouped(state.flows);
  element('queued').textContent = grouped(state.queued);
  element('age').textContent = age(state.up_ms);
  for (const way of ways) {
    way.count(state[way.id], state.up_ms);
  }
  if (isCurrent) {
    showSwitch('pause', state.paused);
    showSwitch('blackhole', state.blackhole);
    ways.forEach((way) => way.impair(state[way.id].impairments));
  }
  document.body.dataset.updates = ++updates;
}

function age(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function post(path, body) {
  change(path, {method: 'POST', path, body});
}

function isOn(id) {
  return element(id).getAttribute('aria-pressed') === 'true';
}

function replaceAll(body) {
  change('all', {method: 'PUT', path: '/api/impairments/both', body});
}

async function offerPresets() {
  for (const name of (await ask('GET', '/api/presets')).split('\n').filter((line) => line)) {
    if (name.startsWith('interop-')) {
      element('cases').add(new Option(name.slice('interop-'.length), name));
    } else {
      const button = Object.assign(document.createElement('button'), {type: 'button', textContent: name});
      button.addEventListener('click', () => replaceAll(`preset=${name}`));
      element('cases').before(button);
    }
  }
}

function start() {
  ways = DIRECTIONS.map((direction) => new Way(direction));
  element('ways').append(...ways.map((way) => way.node));
  element('pause').addEventListener('click', () => post(isOn('pause') ? '/api/resume' : '/api/pause'));
  element('blackhole').addEventListener('click', () => post('/api/blackhole', isOn('blackhole') ? 'off' : 'on'));
  element('reset').addEventListener('click', () => post('/api/reset'));
  element('perfect').addEventListener('click', () => replaceAll(''));
  element('cases').addEventListener('change', (event) => {
    if (event.target.value) {
      replaceAll(`preset=${event.target.value}`);
      event.target.value = '';
    }
  });
  offerPresets().then(poll, poll);
}

start();
