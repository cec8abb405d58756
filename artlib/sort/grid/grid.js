// The grid in which a person sorts pictures: one ES module, loaded by anywidget, without a build step.
//
// The rules of sorting are the kernel's. This file shows what the kernel says, and asks it for everything else:
//   Wire        questions to the kernel, and what is said while it does not answer
//   Table       the pictures of the queue, as columns
//   Plan        where each tile is, without any element of the page
//   Thumbnails  small pictures in a bounded cache
//   Tiles       the elements of the tiles near the view, and no others
//   Pointer     mouse, pen and touch        Keys     the keyboard
//   Bar         everything above the tiles   Preview, Help   dialogs over the grid
//   Grid        holds them together
// Names come from files and from the web: they are put into the page as text, never as HTML.

const STATUSES = {
  undecided: { sign: "○", word: "undecided" },
  keep: { sign: "✓", word: "keep" },
  discard: { sign: "✕", word: "discard" },
  move: { sign: "➜", word: "moved" },
  unsure: { sign: "?", word: "not sure" },
};
const GAP = 10; // pixels between tiles
const HEADING = 46; // pixels of a group's heading
const LINE = 17; // pixels of a line of text on a tile
const BATCH = 24; // thumbnails of one question: a screen, and short enough for a decision to get in between
const QUESTIONS = 2; // for thumbnails, on their way at once
const KEPT_THUMBNAILS = 900;
const SAVING_AFTER = 300; // milliseconds until the grid says that it waits
const SLOW_AFTER = 15000;
const LONG_PRESS = 500;
const DRAG = 6; // pixels that a pointer moves before it is a drag
const EDGE = 48; // pixels from the edge in which a drag scrolls
const TO_COPY = ".artlib-message, .artlib-facts, .artlib-preview-title, .artlib-says"; // text that a person may want to copy
const FRESH = 1000; // milliseconds in which a person still means the picture that they saw
const HELD_KEYS = 60; // keys typed ahead while a decision is being saved
const TILE = { least: 104, most: 264, usual: 152 };

// ---------------------------------------------------------------------------------------------------------- helpers

let counter = 0;
const unique = (name) => `artlib-${name}-${(counter += 1)}-${Math.random().toString(36).slice(2, 8)}`;
const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
const number = (value) => value.toLocaleString("en");
const pictures = (count) => (count === 1 ? "1 picture" : `${number(count)} pictures`);
const percent = (share) => `${Math.round(100 * share)} %`;
const folded = (text) => text.normalize("NFC").toLowerCase();
const isText = (node) => node.matches?.("input:not([type=checkbox]), select, textarea");

/** Make an element; children are elements or text, attributes that are null or false are left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  // JupyterLab 4 and Notebook 7 leave the keys alone where the element with the focus says so itself: Notebook 7 looks
  // at it before anything in here hears of the key
  if (element.matches("button, input, select, a, [tabindex]")) element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

/** Write to the page only what is new: the same text again would be read out again, and costs a layout. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** A file's name that is cut in its middle, because its end tells most. */
function nameParts(name) {
  const cut = Math.max(0, name.length - 9);
  return [make("span", { class: "artlib-name-head" }, name.slice(0, cut)), make("span", {}, name.slice(cut))];
}

/** Four corners; a font may lack the sign. */
function cornersIcon() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9");
  for (const [name, value] of [["viewBox", "0 0 14 14"], ["width", "14"], ["height", "14"], ["aria-hidden", "true"]]) icon.setAttribute(name, value);
  icon.append(path);
  return icon;
}

function safeLink(address) {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false; // not an address: "folder: Wlop/1.jpg"
  }
}

function isDark(color) {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? ["255", "255", "255"]).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

// ------------------------------------------------------------------------------------------------------------- Wire

/** Asks the kernel and gives the answer to whoever asked; `heard` gets every answer, also those for other views. */
class Wire {
  constructor(model, heard, waiting) {
    this.model = model;
    this.view = unique("view");
    this.count = 0;
    this.open = new Map();
    this.heard = heard;
    this.waiting = waiting;
    this.listener = (content, buffers) => this.receive(content, buffers ?? []);
    model.on("msg:custom", this.listener);
  }

  close() {
    this.model.off("msg:custom", this.listener);
    for (const question of this.open.values()) question.timers.forEach(clearTimeout);
    this.open.clear();
  }

  /** Resolves with {content, buffers} once the kernel has answered; an error in words is in content.error. */
  ask(kind, fields = {}, saves = false) {
    this.count += 1;
    const ask = { ...fields, kind, view: this.view, number: this.count };
    return new Promise((resolve) => {
      const question = { resolve, isLate: false };
      question.timers = [setTimeout(() => this.late(question, "slow"), SLOW_AFTER)];
      if (saves) question.timers.push(setTimeout(() => this.late(question, "saving"), SAVING_AFTER));
      this.open.set(ask.number, question);
      this.send(ask);
    });
  }

  send(ask) {
    try {
      this.model.send(ask);
    } catch {
      this.receive({ ...ask, kind: "answer", error: "There is no connection to the kernel, and nothing was saved. Run the cell again." }, []);
    }
  }

  late(question, state) {
    question.isLate = true;
    this.waiting(state);
  }

  receive(content, buffers) {
    if (content.kind !== "answer") return;
    const question = content.view === this.view ? this.open.get(content.number) : undefined;
    this.open.delete(question ? content.number : -1);
    question?.timers.forEach(clearTimeout);
    if (question?.isLate && ![...this.open.values()].some(({ isLate }) => isLate)) this.waiting("");
    this.heard(content, question !== undefined);
    question?.resolve({ content, buffers });
  }
}

// ------------------------------------------------------------------------------------------------------------ Table

/** The pictures of the queue. They come as columns; columns of few different values as {values, of}. */
class Table {
  constructor(columns) {
    this.ids = columns.id;
    this.row = new Map(this.ids.map((id, row) => [id, row]));
    this.width = columns.width;
    this.height = columns.height;
    this.name = columns.name;
    this.folded = this.name.map(folded);
    for (const column of ["artist", "status", "label"]) this[column] = decoded(columns[column]);
    for (const column of ["reason", "suggested", "confidence", "group"]) this[column] = sparse(columns[column]);
    this.noteLines = this.suggested.size > this.ids.length / 2 ? 2 : this.suggested.size || this.reason.size ? 1 : 0;
  }

  /** Take over what has changed and return the rows. */
  update(columns) {
    const [artist, status, label] = ["artist", "status", "label"].map((column) => decoded(columns[column]));
    const changed = [];
    columns.id.forEach((id, at) => {
      const row = this.row.get(id);
      if (row === undefined) return;
      this.artist[row] = artist[at];
      this.status[row] = status[at];
      this.label[row] = label[at];
      changed.push(row);
    });
    return changed;
  }

  size(row) {
    return `${this.width[row]} × ${this.height[row]}`;
  }

  /** What a tile says below its status: the suggestion, or why the picture is in this queue. */
  note(row) {
    return this.noteParts(row).join("");
  }

  noteParts(row) {
    const [suggested, confidence] = [this.suggested.get(row), this.confidence.get(row)];
    const reason = this.reason.get(row) ?? "";
    if (suggested === undefined) return ["", reason === this.label[row] ? "" : reason];
    return [confidence === undefined ? "" : `${percent(confidence)} `, `looks like ${suggested}`];
  }

  isUndecided(row) {
    return this.status[row] === "undecided";
  }

  /** Everything in words, for a screen reader. */
  words(row) {
    const group = this.group.has(row) ? `group ${this.group.get(row)}` : "";
    const parts = [this.artist[row], this.name[row], `${this.size(row)} pixels`, this.label[row], this.note(row)];
    return [...parts, group].filter(Boolean).join(", ");
  }
}

const decoded = ({ values, of }) => of.map((code) => values[code]);
const sparse = (column) => new Map(Object.entries(column ?? {}).map(([row, value]) => [Number(row), value]));

// ------------------------------------------------------------------------------------------------------------- Plan

/** Where each tile is. Positions count the tiles shown, rows are lines of tiles; a group begins a new row. */
class Plan {
  constructor(sections, width, tile, lines) {
    this.columns = Math.max(1, Math.floor((width + GAP) / (tile + GAP)));
    this.tileWidth = Math.floor((width - GAP * (this.columns - 1)) / this.columns);
    this.pictureHeight = Math.round(Math.min(this.tileWidth, tile * 1.15) * 0.82);
    this.tileHeight = this.pictureHeight + lines * LINE + 12;
    this.rows = [];
    this.headings = [];
    this.rowOf = [];
    this.height = 2;
    for (const section of sections) this.add(section);
  }

  add({ title, from, to }) {
    if (title !== undefined) {
      this.headings.push({ top: this.height, title });
      this.height += HEADING;
    }
    for (let start = from; start < to; start += this.columns) {
      const end = Math.min(to, start + this.columns);
      for (let position = start; position < end; position += 1) this.rowOf.push(this.rows.length);
      this.rows.push({ top: this.height, from: start, to: end });
      this.height += this.tileHeight + GAP;
    }
  }

  box(position) {
    const row = this.rows[this.rowOf[position]];
    const left = 2 + (position - row.from) * (this.tileWidth + GAP);
    return { left, top: row.top, right: left + this.tileWidth, bottom: row.top + this.tileHeight };
  }

  /** The number of the first row that ends below a height. */
  rowAt(height) {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].top + this.tileHeight < height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The positions between two heights, as [first, one after the last]. */
  between(top, bottom) {
    const first = this.rowAt(top);
    let last = first;
    while (last < this.rows.length && this.rows[last].top <= bottom) last += 1;
    return first === last ? [0, 0] : [this.rows[first].from, this.rows[last - 1].to];
  }

  inFrame(frame) {
    const [from, to] = this.between(frame.top, frame.bottom);
    const found = [];
    for (let position = from; position < to; position += 1) {
      const box = this.box(position);
      const apart = box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom;
      if (!apart) found.push(position);
    }
    return found;
  }

  /** The position so many rows further down, in the same column where the row is long enough. */
  down(position, rows) {
    const here = this.rowOf[position];
    const there = this.rows[clamp(here + rows, 0, this.rows.length - 1)];
    if (there === this.rows[here]) return rows < 0 ? there.from : there.to - 1;
    return Math.min(there.from + (position - this.rows[here].from), there.to - 1);
  }
}

// ------------------------------------------------------------------------------------------------------- Thumbnails

/** Small pictures as addresses of blobs; asks for those in view, and revokes the ones not used for longest. */
class Thumbnails {
  constructor(wire, inView, arrived) {
    this.wire = wire;
    this.inView = inView; // returns {ids, ahead}: what is in view now, so that the newest wish comes first
    this.arrived = arrived;
    this.addresses = new Map(); // the least recently used first
    this.asked = new Set();
    this.questions = 0;
  }

  get(id) {
    const address = this.addresses.get(id);
    if (address === undefined) return null;
    this.addresses.delete(id);
    this.addresses.set(id, address);
    return address;
  }

  async pump() {
    while (this.questions < QUESTIONS) {
      const { ids, ahead } = this.inView();
      const isMissing = (id) => !this.addresses.has(id) && !this.asked.has(id);
      const batch = ids.filter(isMissing).slice(0, BATCH);
      if (!batch.length) return;
      batch.forEach((id) => this.asked.add(id));
      this.questions += 1;
      this.receive(await this.wire.ask("thumbnails", { ids: batch, ahead: ahead.filter(isMissing) }));
    }
  }

  receive({ content, buffers }) {
    this.questions -= 1;
    for (const id of content.ids ?? []) this.asked.delete(id); // what did not come is not asked for again and again
    (content.ids ?? []).forEach((id, at) => this.keep(id, buffers[at]));
    this.arrived(content.ids ?? [], content.best ?? []);
    if (!content.error) this.pump();
  }

  keep(id, buffer) {
    if (!this.addresses.has(id)) this.addresses.set(id, URL.createObjectURL(new Blob([buffer], { type: "image/jpeg" })));
    const { ids } = this.inView();
    for (const old of this.addresses.keys()) {
      if (this.addresses.size <= Math.max(KEPT_THUMBNAILS, ids.length + BATCH)) return;
      URL.revokeObjectURL(this.addresses.get(old));
      this.addresses.delete(old);
    }
  }

  close() {
    for (const address of this.addresses.values()) URL.revokeObjectURL(address);
    this.addresses.clear();
  }
}

// ------------------------------------------------------------------------------------------------------------ Tiles

/** The elements of the tiles in view and a screen around it. */
class Tiles {
  constructor(grid) {
    this.grid = grid;
    this.elements = new Map();
    this.headings = new Map();
    this.names = unique("tile");
    this.list = make("div", {
      class: "artlib-tiles", role: "listbox", tabindex: "0", "aria-multiselectable": "true", "aria-label": "Pictures",
      "data-role": "tiles",
    });
    this.headingLayer = make("div", { class: "artlib-headings" });
    this.frame = make("div", { class: "artlib-frame", hidden: "" });
    this.canvas = make("div", { class: "artlib-canvas" }, this.headingLayer, this.list, this.frame);
    this.empty = make("div", { class: "artlib-empty", hidden: "" });
    this.scroller = make("div", { class: "artlib-scroller", tabindex: "-1" }, this.empty, this.canvas);
    this.scroller.addEventListener("scroll", () => this.later(), { passive: true });
  }

  later() {
    if (this.frameRequest) return;
    this.frameRequest = requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.draw();
    });
  }

  close() {
    cancelAnimationFrame(this.frameRequest);
  }

  view(screens) {
    const { scrollTop, clientHeight } = this.scroller;
    return [scrollTop - screens * clientHeight, scrollTop + (1 + screens) * clientHeight];
  }

  /** The ids in view, then those of the next screens. */
  inView() {
    const { plan, shown, table } = this.grid;
    if (!plan) return { ids: [], ahead: [] };
    const idsBetween = ([from, to]) => shown.slice(from, to).map((row) => table.ids[row]);
    const ids = idsBetween(plan.between(...this.view(0)));
    const around = idsBetween(plan.between(...this.view(1)));
    const ahead = idsBetween(plan.between(this.view(1)[1], this.view(4)[1]));
    return { ids: [...new Set([...ids, ...around])], ahead: ahead.slice(0, 4 * BATCH) };
  }

  draw() {
    const { plan, shown, table, focus } = this.grid;
    if (!plan) return;
    this.canvas.style.height = `${plan.height}px`;
    const [from, to] = plan.between(...this.view(1));
    const wanted = new Set(shown.slice(from, to).map((row) => table.ids[row]));
    if (focus >= 0) wanted.add(table.ids[shown[focus]]); // the focus must not leave the page with its tile
    for (const [id, element] of this.elements) if (!wanted.has(id)) this.drop(id, element);
    for (let position = from; position < to; position += 1) this.drawTile(position);
    if (focus >= 0 && (focus < from || focus >= to)) this.drawTile(focus);
    setAttribute(this.list, "aria-activedescendant", focus >= 0 ? this.elements.get(table.ids[shown[focus]]).id : null);
    this.drawHeadings();
    this.grid.rescueFocus();
    this.grid.thumbnails.pump();
  }

  drop(id, element) {
    element.remove();
    this.elements.delete(id);
  }

  clear() {
    for (const [id, element] of this.elements) this.drop(id, element);
    for (const heading of this.headings.values()) heading.remove();
    this.headings.clear();
  }

  drawTile(position) {
    const { plan, shown, table, selected, focus } = this.grid;
    const row = shown[position];
    const id = table.ids[row];
    let element = this.elements.get(id);
    if (!element) {
      element = this.newTile(id, row);
      this.elements.set(id, element);
    }
    const box = plan.box(position);
    element.style.transform = `translate(${box.left}px, ${box.top}px)`;
    element.style.width = `${plan.tileWidth}px`;
    element.style.height = `${plan.tileHeight}px`;
    element.picture.style.height = `${plan.pictureHeight}px`;
    setAttribute(element, "aria-posinset", position + 1);
    setAttribute(element, "aria-setsize", shown.length);
    setAttribute(element, "aria-selected", String(selected.has(id)));
    element.classList.toggle("artlib-focused", position === focus);
    this.drawWords(element, row);
    this.drawPicture(element, id);
  }

  newTile(id, row) {
    const { table } = this.grid;
    const part = (name, tag = "div") => make(tag, { class: `artlib-${name}` });
    const element = make("div", { class: "artlib-tile", role: "option", id: `${this.names}-${row}`, "data-id": id });
    const parts = { picture: part("picture"), image: make("img", { alt: "", draggable: "false" }), badge: part("badge") };
    Object.assign(element, parts, { artist: part("artist"), status: part("status"), note: part("note") });
    element.size = part("size", "span");
    const check = make("div", { class: "artlib-check", "aria-hidden": "true" }, "✓");
    element.best = make("div", { class: "artlib-best", hidden: "" }, "★ best");
    const group = table.group.has(row) && !this.grid.isGrouped ? make("div", { class: "artlib-group" }, `group ${table.group.get(row)}`) : null;
    element.picture.append(element.image, element.badge, check, element.best, ...(group ? [group] : []));
    const name = make("bdi", { class: "artlib-name", title: table.name[row] }, ...nameParts(table.name[row]));
    const file = make("div", { class: "artlib-file" }, name, element.size);
    element.append(element.picture, element.artist, file, element.status);
    if (table.noteLines) element.append(element.note);
    element.note.classList.toggle("artlib-two-lines", table.noteLines === 2);
    this.list.append(element);
    return element;
  }

  drawWords(element, row) {
    const { table } = this.grid;
    const status = table.status[row];
    setAttribute(element, "data-status", status);
    const isBest = this.grid.best.has(table.ids[row]);
    setAttribute(element, "aria-label", table.words(row) + (isBest ? ", best of its group" : ""));
    element.best.hidden = !isBest;
    setText(element.badge, STATUSES[status].sign);
    setText(element.artist, table.artist[row]);
    setAttribute(element.artist, "title", table.artist[row]);
    setText(element.size, table.size(row));
    setText(element.status, `${STATUSES[status].sign} ${table.label[row]}`);
    setAttribute(element.status, "title", table.label[row]);
    this.drawNote(element.note, row);
    setAttribute(element.note, "title", [table.note(row), table.reason.get(row)].filter(Boolean).join(": "));
    element.note.classList.toggle("artlib-suggested", table.suggested.has(row));
  }

  /** The confidence comes first: after a long name it would be cut off. */
  drawNote(element, row) {
    const [share, words] = this.grid.table.noteParts(row);
    if (element.textContent === share + words) return;
    element.replaceChildren(...(share ? [make("b", {}, share)] : []), make("span", {}, words));
  }

  drawPicture(element, id) {
    const address = this.grid.thumbnails.get(id);
    if (address && element.image.src !== address) element.image.src = address;
  }

  drawHeadings() {
    const { plan } = this.grid;
    const [top, bottom] = this.view(1);
    const wanted = new Map(plan.headings.filter((h) => h.top > top && h.top < bottom).map((h) => [h.title.number, h]));
    for (const [group, element] of this.headings) {
      if (wanted.has(group)) continue;
      element.remove();
      this.headings.delete(group);
    }
    for (const [group, { title, top: at }] of wanted) {
      if (!this.headings.has(group)) this.headings.set(group, this.newHeading(title));
      this.drawHeading(this.headings.get(group), title, at);
    }
  }

  newHeading(title) {
    const heading = make("div", { class: "artlib-heading", "data-group": title.number });
    Object.assign(heading, { count: make("span"), names: make("bdi") });
    heading.append(make("strong", {}, `Group ${title.number}`), heading.count, heading.names,
      this.grid.button("keep-best-group", "Keep best", "b", () => this.grid.keepBest(title.number)));
    this.headingLayer.append(heading);
    return heading;
  }

  drawHeading(heading, title, top) {
    const names = [...title.artists].sort();
    heading.style.transform = `translateY(${top}px)`;
    heading.classList.toggle("artlib-current", title.number === this.grid.groupHere());
    heading.names.classList.toggle("artlib-mixed", names.length > 1);
    setText(heading.count, pictures(title.count));
    setText(heading.names, names.length > 1 ? `${names.length} artists: ${names.join(", ")}` : names[0]);
    setAttribute(heading.names, "title", names.join(", "));
  }

  scrollTo(position) {
    const { plan } = this.grid;
    const box = plan.box(position);
    const { scrollTop, clientHeight } = this.scroller;
    const heading = plan.headings.length ? HEADING : 0;
    if (box.top - heading < scrollTop) this.scroller.scrollTop = Math.max(0, box.top - GAP - heading);
    else if (box.bottom > scrollTop + clientHeight) this.scroller.scrollTop = box.bottom + GAP - clientHeight;
  }
}

// ---------------------------------------------------------------------------------------------------------- Pointer

/** Mouse and pen: click, shift-click and a frame. Touch: a tap selects, a long press previews, a drag scrolls. */
class Pointer {
  constructor(grid) {
    this.grid = grid;
    this.down = null;
    this.last = null;
    const { scroller, canvas } = grid.tiles;
    scroller.addEventListener("pointerdown", (event) => this.press(event));
    scroller.addEventListener("pointermove", (event) => this.move(event));
    scroller.addEventListener("pointerup", () => this.release());
    scroller.addEventListener("pointercancel", () => this.release());
    canvas.addEventListener("click", (event) => this.click(event));
    canvas.addEventListener("dblclick", (event) => this.open(event));
    canvas.addEventListener("contextmenu", (event) => this.isTouch && event.preventDefault());
    canvas.addEventListener("dragstart", (event) => event.preventDefault());
  }

  tileOf(event) {
    return event.target.closest?.(".artlib-tile");
  }

  press(event) {
    this.isTouch = event.pointerType === "touch";
    this.dragged = false;
    if (event.button !== 0 || event.target.closest("button") || !this.isOnCanvas(event)) return;
    this.down = { at: this.point(event), keeps: event.shiftKey || event.ctrlKey || event.metaKey };
    const tile = this.tileOf(event);
    if (this.isTouch && tile) this.timer = setTimeout(() => this.longPress(tile.dataset.id), LONG_PRESS);
    if (!this.isTouch) event.preventDefault(); // no text is selected, and the focus stays where the click puts it
    this.grid.focusList();
  }

  isOnCanvas(event) {
    const box = this.grid.tiles.scroller.getBoundingClientRect();
    return event.clientX < box.left + this.grid.tiles.scroller.clientWidth; // not on the scroll bar
  }

  longPress(id) {
    this.dragged = true;
    this.grid.preview.open(id);
  }

  point(event) {
    const box = this.grid.tiles.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  move(event) {
    if (!this.down) return;
    this.last = event;
    const at = this.point(event);
    const far = Math.hypot(at.x - this.down.at.x, at.y - this.down.at.y) > DRAG;
    if (far) clearTimeout(this.timer);
    if (this.isTouch || (!far && !this.dragged)) return;
    if (!this.dragged) this.startFrame(event);
    this.drawFrame();
  }

  startFrame(event) {
    this.dragged = true;
    this.before = new Set(this.grid.selected);
    this.grid.tiles.scroller.setPointerCapture(event.pointerId);
    this.scrollAtEdges();
  }

  frame() {
    const [from, to] = [this.down.at, this.point(this.last)];
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
    return { left, right, top, bottom };
  }

  /** What is in the frame is added to what was selected before: a selection is never lost silently. */
  drawFrame() {
    const { left, right, top, bottom } = this.frame();
    const { frame } = this.grid.tiles;
    const most = this.grid.plan.height;
    frame.hidden = false;
    Object.assign(frame.style, { left: `${left}px`, top: `${Math.max(0, top)}px`, width: `${right - left}px` });
    frame.style.height = `${Math.min(bottom, most) - Math.max(0, top)}px`;
    this.inside = this.grid.plan.inFrame({ left, right, top, bottom });
    this.grid.setSelected([...this.before, ...this.inside.map((position) => this.grid.idAt(position))]);
  }

  scrollAtEdges() {
    if (!this.down || !this.dragged) return;
    const { scroller } = this.grid.tiles;
    const box = scroller.getBoundingClientRect();
    const above = box.top + EDGE - this.last.clientY;
    const below = this.last.clientY - (box.bottom - EDGE);
    const step = above > 0 ? -Math.min(above, EDGE) : Math.min(Math.max(below, 0), EDGE);
    if (step) {
      scroller.scrollTop += step / 3;
      this.drawFrame();
    }
    requestAnimationFrame(() => this.scrollAtEdges());
  }

  release() {
    clearTimeout(this.timer);
    if (this.down && this.dragged && !this.isTouch && this.inside?.length) {
      this.grid.setFocus(this.inside[this.inside.length - 1], { scroll: false });
      this.grid.anchor = this.inside[0];
      this.grid.say(`${pictures(this.inside.length)} in the frame, ${number(this.grid.selected.size)} selected.`);
    }
    this.down = this.inside = null;
    this.grid.tiles.frame.hidden = true;
  }

  click(event) {
    const tile = this.tileOf(event);
    if (!tile || this.dragged) return;
    const position = this.grid.positionOf(tile.dataset.id);
    if (event.shiftKey) this.grid.extendTo(position);
    else this.grid.toggle(position);
  }

  open(event) {
    const tile = this.tileOf(event);
    if (tile && !this.dragged) this.grid.preview.open(tile.dataset.id);
  }
}

// ------------------------------------------------------------------------------------------------------------- Keys

/** The keyboard; keys with ctrl, cmd or alt are the browser's and the notebook's, those in a text field the field's. */
class Keys {
  constructor(grid) {
    this.grid = grid;
    grid.root.addEventListener("keydown", (event) => this.press(event));
    for (const kind of ["keyup", "keypress"]) grid.root.addEventListener(kind, (event) => event.stopPropagation());
    this.actions = {
      k: () => grid.decide("keep"), d: () => grid.decide("discard"), n: () => grid.decide("unsure"),
      s: () => grid.acceptHere(), u: () => grid.takeBack("undo"), r: () => grid.takeBack("redo"),
      a: () => grid.selectAll(), i: () => grid.invert(), b: () => grid.keepBestHere(),
    };
    // at once, for the next key is for what they open
    this.doors = { m: () => grid.bar.askForArtist(), "/": () => grid.openSearch(), "?": () => grid.help.open() };
    this.moves = {
      ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1,
      ArrowUp: (at) => grid.plan.down(at, -1), ArrowDown: (at) => grid.plan.down(at, 1),
      PageUp: (at) => grid.plan.down(at, -this.page()), PageDown: (at) => grid.plan.down(at, this.page()),
      Home: () => 0, End: () => grid.shown.length - 1,
    };
  }

  page() {
    const { tiles, plan } = this.grid;
    return Math.max(1, Math.floor(tiles.scroller.clientHeight / (plan.tileHeight + GAP)));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.stopPropagation(); // the notebook would delete cells with d d
    if (event.key === "Escape") this.escape(event);
    else if (event.key === "Tab") this.grid.dialog?.trap(event);
    else if (!isText(event.target)) this.act(event);
  }

  handled(event, action) {
    event.preventDefault();
    action();
  }

  /** Leave a box at once, for what is typed next is not meant for it; else Enter, Escape would leave the preview open. */
  escape(event) {
    const leave = () => this.grid.escape(event.target);
    if (isText(event.target)) this.handled(event, leave);
    else this.inOrder(event, leave);
  }

  /** Act in the order of the keys, although a decision takes a moment to be saved and then moves the focus. */
  inOrder(event, action) {
    this.handled(event, () => this.grid.inOrder(action));
  }

  act(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const onButton = event.target.matches("button, a, [type=checkbox]") && ["Enter", " "].includes(key);
    if (onButton || (event.repeat && !(key in this.moves))) return;
    if (this.grid.dialog === this.grid.help) return;
    if (/^[1-9]$/.test(key)) this.inOrder(event, () => this.grid.moveToNumber(Number(key)));
    else if (key in this.doors) this.handled(event, this.doors[key]);
    else if (key in this.actions) this.inOrder(event, this.actions[key]);
    else if (this.grid.dialog) this.inPreview(event, key);
    else this.inTiles(event, key);
  }

  inPreview(event, key) {
    if (key === "ArrowLeft" || key === "ArrowUp") this.inOrder(event, () => this.grid.preview.go(-1));
    else if (key === "ArrowRight" || key === "ArrowDown") this.inOrder(event, () => this.grid.preview.go(1));
    else if (key === "Enter") this.inOrder(event, () => this.grid.preview.close());
    else if (key === " ") this.inOrder(event, () => this.grid.toggleHere());
  }

  inTiles(event, key) {
    const { grid } = this;
    if (!grid.shown.length) return;
    if (key === " ") this.inOrder(event, () => grid.toggle(grid.focus));
    else if (key === "Enter") this.inOrder(event, () => grid.preview.open(grid.idAt(grid.focus)));
    else if (key in this.moves) this.inOrder(event, () => this.moveFocus(this.moves[key], event.shiftKey));
  }

  moveFocus(move, extends_) {
    const { grid } = this;
    const to = clamp(move(Math.max(0, grid.focus)), 0, grid.shown.length - 1);
    if (extends_) grid.extendTo(to);
    else grid.setFocus(to, { anchor: true });
  }
}

// -------------------------------------------------------------------------------------------------------------- Bar

/** Everything above and below the tiles. */
class Bar {
  constructor(grid) {
    this.grid = grid;
    this.top = make("div", { class: "artlib-bar" }, this.newFinder(), this.newDecisions());
    this.artists = make("div", { class: "artlib-artists", role: "group", "aria-label": "Move to an artist by number" });
    this.special = make("div", { class: "artlib-special", hidden: "" });
    this.selection = make("div", { class: "artlib-selection", hidden: "", "data-role": "selection" });
    this.top.append(make("div", { class: "artlib-row" }, this.artists, this.newSelect()), this.special);
    this.message = make("div", { class: "artlib-message", role: "status", "aria-live": "polite", "data-role": "message" });
    this.bottom = make("div", { class: "artlib-foot" }, this.message, this.newProgress());
  }

  newFinder() {
    const { grid } = this;
    this.queue = make("select", { "aria-label": "Pictures to show", "data-action": "queue", onchange: () => this.show() });
    this.artist = make("select", { "aria-label": "Artist", "data-action": "artist", onchange: () => this.show() });
    this.search = make("input", {
      type: "search", placeholder: "Search file names  ( / )", "aria-label": "Search file names", "data-action": "search",
      autocomplete: "off", spellcheck: "false", oninput: () => grid.search(this.search.value),
      onkeydown: (event) => event.key === "Enter" && grid.focusList(),
    });
    this.found = make("span", { class: "artlib-found", "aria-live": "polite" });
    this.tile = make("input", {
      type: "range", min: TILE.least, max: TILE.most, value: TILE.usual, "aria-label": "Size of the tiles",
      title: "Size of the tiles", "data-action": "tile", oninput: () => grid.resize(Number(this.tile.value)),
    });
    this.advance = make("input", { type: "checkbox", role: "switch", "data-action": "advance", onchange: () => grid.remember() });
    const advance = make("label", { class: "artlib-switch", title: "After a decision, go to the next undecided picture" },
      this.advance, "Auto-advance");
    const help = grid.button("help", "Help", "?", () => grid.help.open());
    this.full = grid.button("full", "", "", () => grid.fullScreen(), "Full screen");
    this.full.firstChild.append(cornersIcon());
    this.full.hidden = !document.fullscreenEnabled;
    const sizes = make("span", { class: "artlib-sizes" }, make("span", { "aria-hidden": "true" }, "▪"), this.tile,
      make("span", { "aria-hidden": "true" }, "■"));
    return make("div", { class: "artlib-row" }, this.queue, this.artist, this.search, this.found,
      make("span", { class: "artlib-right" }, sizes, advance, this.full, help));
  }

  newProgress() {
    this.progress = make("div", { class: "artlib-progress", role: "progressbar", "aria-label": "Decided", "aria-valuemin": "0" },
      make("div", {}));
    this.progressText = make("span", { class: "artlib-progress-text", "data-role": "progress" });
    return make("div", { class: "artlib-together" }, this.progress, this.progressText);
  }

  newSelect() {
    this.count = make("span", { class: "artlib-caption artlib-count", "data-role": "count" }, "Select");
    const { all, none, invert } = this.buttons;
    return make("div", { class: "artlib-together artlib-select", role: "group", "aria-label": "Select" },
      this.count, all, none, invert);
  }

  newDecisions() {
    const { grid } = this;
    this.buttons = {
      keep: grid.button("keep", "✓ Keep", "k", () => grid.decide("keep")),
      discard: grid.button("discard", "✕ Discard", "d", () => grid.decide("discard")),
      unsure: grid.button("unsure", "? Not sure", "n", () => grid.decide("unsure")),
      move: grid.button("move", "➜ Move to", "m", () => this.moveOrAsk()),
      undo: grid.button("undo", "Undo", "u", () => grid.takeBack("undo")),
      redo: grid.button("redo", "Redo", "r", () => grid.takeBack("redo")),
      all: grid.button("select-all", "All", "a", () => grid.selectAll()),
      none: grid.button("select-none", "None", "Esc", () => grid.unselectAll()),
      invert: grid.button("select-invert", "Invert", "i", () => grid.invert()),
    };
    const { keep, discard, unsure, move, undo, redo } = this.buttons;
    this.names = make("datalist", { id: unique("names") });
    this.box = make("input", {
      type: "text", list: this.names.id, placeholder: "artist, known or new", "aria-label": "Artist to move to, known or new",
      "data-action": "move-to", autocomplete: "off", spellcheck: "false",
      onkeydown: (event) => event.key === "Enter" && !event.isComposing && this.moveOrAsk(),
    });
    const group = (label, name, ...parts) => make("div", { class: `artlib-together ${name}`, role: "group", "aria-label": label }, ...parts);
    return make("div", { class: "artlib-row artlib-decisions" },
      group("Decide", "artlib-decide", keep, discard, unsure),
      group("Move", "artlib-move", move, this.box, this.names),
      group("Undo and redo", "artlib-back", undo, redo));
  }

  show() {
    if (this.grid.byPointer) this.grid.focusList(); // in the list of choices, the next key would choose another queue
    const only = this.queue.value === "selected" ? this.grid.head.only : this.queue.value || null;
    this.grid.show(only, this.artist.value || null);
  }

  askForArtist() {
    const { dialog, preview } = this.grid;
    this.grid.say("Type the name of an artist, known or new, then press Enter.");
    const box = dialog === preview ? preview.box : this.box;
    box.focus();
    box.select();
  }

  async moveOrAsk() {
    const name = this.box.value.trim();
    if (!name) return this.askForArtist();
    if (await this.grid.decide("move", name)) {
      this.box.value = "";
      this.grid.focusList();
    }
  }

  /** Show what the kernel said about the whole: counts, names, undo and redo. */
  drawHead(head) {
    this.drawQueues(head);
    this.drawArtists(head);
    const { decided, total } = head.progress;
    this.progress.firstChild.style.width = `${(100 * decided) / Math.max(1, total)}%`;
    setAttribute(this.progress, "aria-valuenow", decided);
    setAttribute(this.progress, "aria-valuemax", total);
    setText(this.progressText, `${number(decided)} of ${number(total)} decided`);
    for (const kind of ["undo", "redo"]) this.drawBack(kind, head[kind]);
  }

  drawBack(kind, text) {
    const button = this.buttons[kind];
    const word = kind === "undo" ? "↶ Undo" : "↷ Redo";
    this.grid.label(button, text ? `${word}: ${text}` : word);
    setAttribute(button, "aria-disabled", !text);
    setAttribute(button, "title", text ? `${kind === "undo" ? "Undo" : "Redo"}: ${text} (${kind[0]})` : `Nothing to ${kind}`);
  }

  drawQueues(head) {
    const options = head.queues.map(({ value, words, count }) => [value ?? "", `${words} (${number(count)})`]);
    const isList = Array.isArray(head.only);
    if (isList) options.push(["selected", `Chosen pictures (${number(head.only.length)})`]);
    fill(this.queue, options, isList ? "selected" : (head.only ?? ""));
    const names = head.artists.map(({ name, decided, total }) => [name, `${name} (${number(decided)} of ${number(total)})`]);
    if (head.artist && !head.artists.some(({ name }) => name === head.artist)) names.push([head.artist, `${head.artist} (none left)`]);
    fill(this.artist, [["", "All artists"], ...names], head.artist ?? "");
    const known = head.artists.map(({ name }) => name);
    if (this.known !== known.join("\n")) this.names.replaceChildren(...known.map((name) => make("option", { value: name })));
    this.known = known.join("\n");
  }

  drawArtists(head) {
    const text = JSON.stringify(head.keys);
    if (this.drawnKeys === text) return;
    this.drawnKeys = text;
    this.artists.replaceChildren(...head.keys.map((name, at) => {
      const button = this.grid.button("move-to-number", name, String(at + 1), () => this.grid.decide("move", name));
      setAttribute(button, "data-artist", name);
      setAttribute(button, "title", `Move to ${name} (${at + 1})`);
      return button;
    }));
  }

  /** The number of the pictures that a click is about stands on the buttons. */
  drawSelection() {
    const { grid } = this;
    const count = grid.selected.size;
    const some = count ? ` ${number(count)}` : "";
    const words = { keep: "✓ Keep", discard: "✕ Discard", unsure: "? Not sure", move: "➜ Move" };
    for (const [name, word] of Object.entries(words)) this.grid.label(this.buttons[name], word + some + (name === "move" ? " to" : ""));
    setAttribute(this.buttons.none, "aria-disabled", !count);
    const hidden = [...grid.selected].filter((id) => !grid.positions.has(id)).length;
    setText(this.count, count ? `${number(count)} selected` : "Select");
    this.count.classList.toggle("artlib-some", count > 0);
    this.selection.hidden = !hidden;
    if (hidden) this.drawHidden(count, hidden);
  }

  drawHidden(count, hidden) {
    const { grid } = this;
    const some = hidden === 1 ? "1 of them is" : `${number(hidden)} of them are`;
    this.selection.replaceChildren(
      make("span", {}, make("strong", {}, `${number(count)} selected`), `, ${hidden === count ? "not shown here" : `${some} not shown`}:`),
      grid.button("show-selected", hidden === count ? "Show them" : "Show all selected", "", () => grid.showSelected()),
      grid.button("unselect-hidden", `Unselect ${hidden === count ? "them" : `the ${number(hidden)} not shown`}`, "", () => grid.unselectHidden()));
  }

  /** What can be done with a whole queue: duplicates, and suggestions. */
  drawSpecial() {
    const { grid } = this;
    const isDoubt = grid.head.only === "suspects" && grid.table.suggested.size > 0;
    const parts = grid.isGrouped ? this.groupParts() : isDoubt ? this.suggestionParts() : [];
    this.special.replaceChildren(...parts);
    this.special.hidden = !parts.length;
    if (isDoubt) this.drawAcceptable();
  }

  groupParts() {
    const { grid } = this;
    const groups = new Set(grid.table.group.values()).size;
    return [
      make("span", { class: "artlib-caption" }, groups === 1 ? "1 group" : `${number(groups)} groups`),
      grid.button("keep-best", "★ Keep best of each group", "", () => grid.wholeQueue("keep_best")),
      grid.button("discard-smaller", "Discard smaller copies", "", () => grid.wholeQueue("discard_smaller")),
    ];
  }

  suggestionParts() {
    const { grid } = this;
    this.least = this.least ?? make("input", { type: "number", min: "0", max: "100", step: "1", value: "90", "aria-label": "Least confidence in percent",
      "data-action": "least", oninput: () => this.drawAcceptable() });
    this.accept = this.accept ?? grid.button("accept", "Accept", "", () => grid.accept());
    return [make("span", { class: "artlib-caption" }, "Suggestions with at least"), this.least, make("span", {}, "%"), this.accept];
  }

  drawAcceptable() {
    if (!this.accept) return;
    const count = this.grid.acceptable().length;
    this.grid.label(this.accept, count ? `Accept ${count === 1 ? "1 suggestion" : `${number(count)} suggestions`}` : "None to accept");
    setAttribute(this.accept, "aria-disabled", !count);
  }

  drawFound() {
    const { shown, table, words } = this.grid;
    setText(this.found, words ? `${number(shown.length)} of ${number(table.ids.length)} shown` : "");
  }

  say(text, kind = "") {
    setText(this.message, text);
    setAttribute(this.message, "data-kind", kind || null);
  }
}

/** Fill a list of choices, only where it differs: an open list would close. */
function fill(select, options, value) {
  const text = JSON.stringify(options);
  if (select.drawn !== text) {
    select.drawn = text;
    select.replaceChildren(...options.map(([key, words]) => make("option", { value: key }, words)));
  }
  select.value = value;
}

// ---------------------------------------------------------------------------------------------------------- dialogs

/** A dialog over the grid, in the widget's own element; it keeps the focus inside and gives it back. */
class Dialog {
  constructor(grid, name, label) {
    this.grid = grid;
    this.element = make("div", { class: `artlib-dialog artlib-${name}`, role: "dialog", "aria-modal": "true", "aria-label": label,
      tabindex: "-1", hidden: "" });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  openDialog() {
    this.grid.dialog?.close();
    this.grid.dialog = this;
    this.grid.main.inert = true;
    this.element.hidden = false;
    this.element.focus({ preventScroll: true });
  }

  close() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.grid.dialog = null;
    this.grid.main.inert = false;
    this.grid.focusList();
  }

  trap(event) {
    const all = [...this.element.querySelectorAll("button, input, a[href]")].filter((node) => node.offsetParent);
    const [first, last] = [all[0], all[all.length - 1]];
    const active = document.activeElement;
    if (event.shiftKey && (active === first || active === this.element)) this.turn(event, last);
    else if (!event.shiftKey && active === last) this.turn(event, first);
  }

  turn(event, node) {
    event.preventDefault();
    node?.focus();
  }
}

/** One picture as large as the grid, with all that is known of it. */
class Preview extends Dialog {
  constructor(grid) {
    super(grid, "preview", "Preview");
    this.addresses = [];
    this.title = make("bdi", { class: "artlib-preview-title" });
    this.place = make("span", { class: "artlib-caption" });
    this.stage = make("div", { class: "artlib-stage" });
    this.facts = make("dl", { class: "artlib-facts" });
    this.others = make("div", { class: "artlib-others" });
    this.says = make("div", { class: "artlib-says", "data-role": "preview-message" });
    const head = make("div", { class: "artlib-row artlib-preview-head" }, this.title, this.place,
      make("span", { class: "artlib-right" }, grid.button("previous", "‹", "←", () => this.go(-1), "Previous picture"),
        grid.button("next", "›", "→", () => this.go(1), "Next picture"), grid.button("close", "Close", "Esc", () => this.close())));
    const side = make("div", { class: "artlib-side" }, this.facts, this.others);
    this.element.append(head, make("div", { class: "artlib-preview-body" }, this.stage, side), this.newDecisions());
  }

  newDecisions() {
    const { grid } = this;
    this.box = make("input", { type: "text", placeholder: "artist, known or new", "aria-label": "Artist to move to, known or new",
      "data-action": "preview-move-to", autocomplete: "off", spellcheck: "false", list: grid.bar.names.id,
      onkeydown: (event) => event.key === "Enter" && !event.isComposing && this.move() });
    this.suggest = grid.button("preview-accept", "Accept suggestion", "s", () => grid.acceptHere());
    return make("div", { class: "artlib-row artlib-decisions" },
      make("div", { class: "artlib-together artlib-decide" },
        grid.button("preview-keep", "✓ Keep", "k", () => grid.decide("keep")),
        grid.button("preview-discard", "✕ Discard", "d", () => grid.decide("discard")),
        grid.button("preview-unsure", "? Not sure", "n", () => grid.decide("unsure")), this.suggest),
      make("div", { class: "artlib-together artlib-move" }, grid.button("preview-move", "➜ Move to", "m", () => this.move()), this.box),
      grid.button("preview-undo", "↶ Undo", "u", () => grid.takeBack("undo")), this.says);
  }

  async move() {
    const name = this.box.value.trim();
    if (!name) return this.box.focus();
    if (!(await this.grid.decide("move", name))) return;
    this.box.value = "";
    if (this.isOpen) this.element.focus();
  }

  open(id) {
    this.grid.setFocus(this.grid.positionOf(id), { anchor: true });
    if (!this.isOpen) {
      this.grid.say("");
      this.openDialog();
    }
    this.draw();
  }

  go(step) {
    const to = this.grid.focus + step;
    if (to >= 0 && to < this.grid.shown.length) this.open(this.grid.idAt(to));
  }

  close() {
    super.close();
    this.forget();
    this.id = null;
  }

  forget() {
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses = [];
  }

  async draw() {
    const { grid } = this;
    const id = grid.idAt(grid.focus);
    const row = grid.table.row.get(id);
    const isNew = this.id !== id;
    this.id = id;
    setText(this.title, grid.table.name[row]);
    setText(this.place, `${number(grid.focus + 1)} of ${number(grid.shown.length)}`);
    this.suggest.hidden = !grid.table.suggested.has(row);
    if (isNew) this.showThumbnail(id);
    const { content, buffers } = await grid.wire.ask("picture", { id });
    if (this.id !== id || !this.isOpen) return; // the person has gone on
    if (content.error) return grid.say(content.error, "error");
    this.drawFacts(content.picture);
    this.drawStage(content, buffers);
  }

  showThumbnail(id) {
    const address = this.grid.thumbnails.get(id);
    this.facts.replaceChildren();
    this.others.replaceChildren();
    this.stage.replaceChildren(...(address ? [make("img", { src: address, alt: "", class: "artlib-blurred" })] : []));
  }

  address(buffer) {
    const address = URL.createObjectURL(new Blob([buffer], { type: "image/jpeg" }));
    this.addresses.push(address);
    return address;
  }

  drawStage({ picture, others, beside }, buffers) {
    const [copy, ...rest] = buffers;
    const old = this.addresses;
    this.addresses = [];
    const figures = beside ? others.map((other, at) => this.figure(other, rest[at])) : [];
    this.stage.replaceChildren(this.figure(picture, copy, figures.length > 0), ...figures);
    this.others.replaceChildren();
    if (!beside && others.length) this.drawOthers(picture, others, rest);
    old.forEach((address) => URL.revokeObjectURL(address));
  }

  figure(picture, buffer, hasOthers = true) {
    const image = make("img", { src: this.address(buffer), alt: `${picture.name}, ${picture.artist}` });
    const here = picture.id === this.id;
    const mark = picture.best ? make("span", { class: "artlib-best" }, "★ best") : null;
    const words = `${picture.width} × ${picture.height}, ${picture.artist}, ${picture.label}`;
    const caption = hasOthers ? make("figcaption", {}, mark, make("bdi", {}, picture.name), make("span", {}, words)) : null;
    const figure = make("figure", { class: here ? "artlib-here" : "", "data-id": picture.id }, image, caption);
    if (!here) figure.addEventListener("click", () => this.grid.positions.has(picture.id) && this.open(picture.id));
    return figure;
  }

  drawOthers(picture, others, buffers) {
    const images = others.map((other, at) => make("img", { src: this.address(buffers[at]), alt: other.name, title: other.name }));
    this.others.replaceChildren(make("div", { class: "artlib-caption" }, `Pictures under ${picture.suggested}`),
      make("div", { class: "artlib-strip" }, ...images));
  }

  drawFacts(picture) {
    const source = safeLink(picture.source)
      ? make("a", { href: picture.source, target: "_blank", rel: "noopener noreferrer" }, picture.source) : picture.source;
    const suggestion = picture.suggested
      ? `${picture.suggested}${picture.confidence === null ? "" : `, ${percent(picture.confidence)}`}` : "";
    const facts = [["Artist", picture.artist], ["Status", `${STATUSES[picture.status].sign} ${picture.label}`],
      ["Looks like", suggestion], ["Reason", picture.reason], ["File", picture.name],
      ["Size", `${picture.width} × ${picture.height} pixels`], ["Source", source], ["Licence", picture.licence],
      ["Group", picture.group === null ? "" : String(picture.group)]];
    this.facts.replaceChildren(...facts.filter(([, value]) => value).flatMap(([name, value]) => [
      make("dt", {}, name), make("dd", { "data-fact": name.toLowerCase() }, make("bdi", {}, value))]));
    setAttribute(this.facts, "data-status", picture.status);
  }
}

/** All keys, on one page. */
class Help extends Dialog {
  constructor(grid) {
    super(grid, "help", "Keys and gestures");
    const keys = [
      ["k", "keep: the picture stays, under the artist shown"], ["d", "discard: left out later, the file stays"],
      ["n", "not sure: decide later"], ["1 to 9", "move to the artist with this number"],
      ["m", "move to an artist by name, known or new"], ["s", "accept the suggested artist"],
      ["b", "keep the best of this group, discard the others"], ["u, r", "undo, redo: without limit, also of earlier days"],
      ["arrows", "go to another picture; Home, End, Page up and Page down too"], ["shift + arrows", "select on the way"],
      ["space", "select or unselect"], ["enter", "preview, and back"], ["a, i", "select all shown, invert"],
      ["Escape", "close, or unselect all"], ["/", "search file names"], ["?", "this page"]];
    const hands = [["click, tap", "select or unselect"], ["shift + click", "select all up to here"],
      ["drag", "select with a frame"], ["double click, long press", "preview"]];
    const list = (pairs) => make("dl", {}, ...pairs.flatMap(([key, words]) => [
      make("dt", {}, ...key.split(/(, | to | \+ )/).map((part, at) => (at % 2 ? part : make("kbd", {}, part)))), make("dd", {}, words)]));
    this.element.append(
      make("div", { class: "artlib-row artlib-preview-head" }, make("strong", {}, "Keys and gestures"),
        make("span", { class: "artlib-right" }, grid.button("close", "Close", "Esc", () => this.close()))),
      make("p", {}, "A key decides on all selected pictures; with none selected, on the one with the frame. Every decision is saved at once."),
      make("div", { class: "artlib-help-lists" }, list(keys), list(hands)));
  }

  open() {
    this.openDialog();
  }
}

// ------------------------------------------------------------------------------------------------------------- Grid

class Grid {
  constructor(model, root) {
    this.root = root;
    this.table = new Table({ id: [], width: [], height: [], name: [], artist: none(), status: none(), label: none() });
    Object.assign(this, { shown: [], positions: new Map(), isGrouped: false, best: new Set(), selected: new Set(), words: "", focus: -1, anchor: 0, tile: TILE.usual });
    Object.assign(this, { dialog: null, plan: null, head: null, saving: 0, held: [], told: new Set() });
    this.wire = new Wire(model, (content, isOurs) => this.hear(content, isOurs), (state) => this.wait(state));
    this.tiles = new Tiles(this);
    this.thumbnails = new Thumbnails(this.wire, () => this.tiles.inView(), (ids, best) => this.drawPictures(ids, best));
    this.bar = new Bar(this);
    this.preview = new Preview(this);
    this.help = new Help(this);
    this.build();
    this.pointer = new Pointer(this);
    this.keys = new Keys(this);
  }

  build() {
    const { root } = this;
    this.main = make("div", { class: "artlib-main" }, this.bar.top, this.tiles.scroller, this.bar.selection, this.bar.bottom);
    root.classList.add("artlib-sorting");
    root.setAttribute("data-lm-suppress-shortcuts", "true");
    root.style.setProperty("--artlib-height", `${this.height()}px`);
    root.replaceChildren(this.main, this.preview.element, this.help.element);
    root.addEventListener("focusin", (event) => {
      this.hadFocus = event.target;
      this.look();
    });
    root.addEventListener("focusout", (event) => {
      if (event.relatedTarget) this.hadFocus = null;
      setTimeout(() => this.rescueFocus());
    });
    root.addEventListener("pointerdown", (event) => this.pressed(event), true);
    root.addEventListener("click", () => setTimeout(() => this.root.contains(document.activeElement) || this.focusCurrent()));
    root.addEventListener("keydown", () => (this.byPointer = false), true);
    this.sizes = new ResizeObserver(() => {
      this.readTheme(); // only now the grid is on the page, and has colours
      this.layOut();
    });
    this.sizes.observe(this.tiles.scroller);
    // a theme's style sheet may arrive after the page says that there is another theme
    this.themes = new MutationObserver(() => [0, 300, 1500].forEach((wait) => setTimeout(() => this.readTheme(), wait)));
    for (const node of [document.documentElement, document.body]) this.themes.observe(node, { attributes: true });
    this.start();
  }

  /** In a frame of its own, as on Colab, the window is as high as what is in it: only the screen tells. */
  height() {
    const room = window.self === window.top ? window.innerHeight - 190 : window.screen.availHeight * 0.66;
    return Math.round(clamp(room, 460, 980));
  }

  readTheme() {
    this.root.dataset.theme = isDark(getComputedStyle(this.root).backgroundColor) ? "dark" : "light";
  }

  async start() {
    this.say("Opening…");
    const { content } = await this.wire.ask("open");
    if (content.error) return;
    this.say("Arrow keys move, space selects, enter previews, ? shows all keys.");
    this.layOut();
  }

  close() {
    this.flush();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.wire.close();
    this.tiles.close();
    this.thumbnails.close();
    this.preview.forget();
  }

  button(action, words, key, onclick, label = null) {
    const button = make("button", { type: "button", class: "artlib-button", "data-action": action, "aria-label": label,
      "aria-keyshortcuts": key || null },
      make("span", { class: "artlib-button-words" }, words), key ? make("kbd", {}, key) : null);
    button.addEventListener("click", (event) => {
      if (button.getAttribute("aria-disabled") !== "true") onclick();
      // after a click of the mouse the keys are for the pictures again; whoever walks with Tab stays on the button
      if (event.detail && !isText(document.activeElement)) this.focusCurrent();
    });
    return button;
  }

  label(button, words) {
    setText(button.firstChild, words);
  }

  setLost(isLost) {
    this.dialog?.close();
    this.main.inert = isLost;
    this.root.classList.toggle("jupyter-widgets-disconnected", isLost);
  }

  // --- what the kernel says

  hear(content, isOurs) {
    if (content.error) {
      if (isOurs) this.say(content.error, "error");
      return;
    }
    if (content.head) this.takeHead(content.head);
    if (content.place && (isOurs || !this.table.ids.length)) this.takePlace(content.place);
    if (content.table && (isOurs || content.to === "show")) this.takeTable(content);
    if (content.rows) this.takeRows(content.rows);
    if (content.selection && !isOurs) this.takeSelection(content.selection);
  }

  takePlace(place) {
    this.tile = clamp(place.tile ?? TILE.usual, TILE.least, TILE.most);
    this.bar.tile.value = this.tile;
    this.bar.advance.checked = place.advance ?? true;
    this.placeId = place.focus ?? null;
    this.bar.search.value = this.words = place.search ?? "";
  }

  takeTable({ table, grouped, selected }) {
    const focused = this.placeId ?? (this.focus >= 0 ? this.idAt(this.focus) : null);
    this.placeId = null;
    this.preview.close();
    this.tiles.clear();
    this.table = new Table(table);
    this.isGrouped = grouped;
    this.selected = new Set(selected);
    this.told = new Set(selected);
    this.focus = -1;
    this.tiles.scroller.scrollTop = 0;
    this.filter(this.words, focused);
    this.bar.drawSpecial();
  }

  takeRows(rows) {
    this.table.update(rows);
    if (this.isGrouped) this.layOut(); // the headings name the artists
    else this.tiles.later();
    this.bar.drawAcceptable();
    if (this.preview.isOpen && rows.id.includes(this.preview.id)) this.preview.draw();
  }

  takeSelection({ add, remove }) {
    for (const id of add) this.selected.add(id);
    for (const id of remove) this.selected.delete(id);
    this.told = new Set(this.selected);
    this.drawSelection();
  }

  takeHead(head) {
    this.head = head;
    this.bar.drawHead(head);
  }

  drawPictures(ids, best) {
    best.forEach((id) => this.best.add(id));
    for (const id of ids) {
      const element = this.tiles.elements.get(id);
      if (!element) continue;
      this.tiles.drawPicture(element, id);
      this.tiles.drawWords(element, this.table.row.get(id));
    }
  }

  wait(state) {
    if (state === "saving") this.say("Saving…", "wait");
    else if (state === "slow") {
      const text = "No answer for 15 seconds: the kernel is busy with another cell, or gone. Still waiting; what is not shown as done is not done yet.";
      this.say(text, "slow");
    } else if (["wait", "slow"].includes(this.bar.message.dataset.kind)) this.say("");
  }

  say(text, kind = "") {
    this.bar.say(text, kind);
    setText(this.preview.says, text);
    setAttribute(this.preview.says, "data-kind", kind || null);
  }

  /** Ask what other sessions have decided, when the person comes back after a while. */
  look() {
    const now = Date.now();
    if (this.head && now - (this.looked ?? now) > 10000 && !this.wire.open.size) this.wire.ask("look");
    this.looked = now;
  }

  // --- what is shown

  filter(words, focused = this.focus >= 0 ? this.idAt(this.focus) : null) {
    this.words = words.trim();
    const sought = folded(this.words);
    const rows = this.table.ids.map((_, row) => row);
    this.shown = sought ? rows.filter((row) => this.table.folded[row].includes(sought)) : rows;
    this.positions = new Map(this.shown.map((row, position) => [this.table.ids[row], position]));
    this.focus = this.positions.get(focused) ?? this.firstUndecided();
    this.anchor = Math.max(0, this.focus);
    this.base = null;
    this.layOut();
    this.bar.drawFound();
    this.drawSelection();
    if (this.focus >= 0 && this.plan) this.tiles.scrollTo(this.focus);
    this.drawEmpty();
  }

  openSearch() {
    this.dialog?.close();
    this.bar.search.focus();
  }

  search(words) {
    this.filter(words);
    this.remember();
  }

  drawEmpty() {
    this.tiles.empty.hidden = this.shown.length > 0 || !this.head;
    const nothing = this.words ? `No file name has “${this.words}” in it. Press Escape in the search box to see all.`
      : `${this.head?.empty ?? ""} Choose other pictures above.`;
    setText(this.tiles.empty, nothing);
  }

  firstUndecided() {
    const first = this.shown.findIndex((row) => this.table.isUndecided(row));
    return first >= 0 ? first : this.shown.length ? 0 : -1;
  }

  layOut() {
    const width = this.tiles.scroller.clientWidth - 20;
    if (width <= 0) return; // not on the screen yet
    this.plan = new Plan(this.sections(), width, Math.min(this.tile, width), 3 + this.table.noteLines);
    this.tiles.draw();
  }

  sections() {
    if (!this.isGrouped) return [{ from: 0, to: this.shown.length }];
    const sections = [];
    this.shown.forEach((row, position) => {
      const group = this.table.group.get(row);
      const last = sections[sections.length - 1];
      if (last?.title.number === group) {
        last.to = position + 1;
        last.title.count += 1;
        last.title.artists.add(this.table.artist[row]);
      } else sections.push({ from: position, to: position + 1, title: { number: group, count: 1, artists: new Set([this.table.artist[row]]) } });
    });
    return sections;
  }

  resize(tile) {
    this.tile = tile;
    this.layOut();
    if (this.focus >= 0) this.tiles.scrollTo(this.focus);
    this.remember();
  }

  remember() {
    clearTimeout(this.rememberTimer);
    this.rememberTimer = setTimeout(() => this.tellPlace(), 800);
  }

  tellPlace() {
    const focus = this.focus >= 0 ? this.idAt(this.focus) : null;
    this.wire.ask("remember", { focus, search: this.words, tile: this.tile, advance: this.bar.advance.checked });
  }

  async show(only, artist) {
    this.flush();
    const { content } = await this.wire.ask("show", { only, artist });
    if (content.error) return this.takeHead(this.head); // the lists show again what is shown
    this.say(content.text ?? `${pictures(this.shown.length)} shown.`);
    this.remember();
  }

  showSelected() {
    this.bar.search.value = this.words = "";
    return this.show([...this.selected], null);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen();
  }

  // --- focus

  idAt(position) {
    return this.table.ids[this.shown[position]];
  }

  positionOf(id) {
    return this.positions.get(id) ?? this.focus;
  }

  focusList() {
    this.tiles.list.focus({ preventScroll: true });
  }

  /** A click beside the buttons must not give the focus to the notebook's cell, which d d would delete. */
  pressed(event) {
    this.byPointer = true;
    if (event.target.closest(`button, input, select, a, label, .artlib-scroller, ${TO_COPY}`)) return;
    event.preventDefault();
    this.focusCurrent();
  }

  focusCurrent() {
    if (this.dialog) this.dialog.element.focus({ preventScroll: true });
    else this.focusList();
  }

  /** An element that had the focus was taken out of the page, or hidden: without this, the next key is the notebook's. */
  rescueFocus() {
    const { hadFocus } = this;
    if (!hadFocus || !this.root.isConnected || document.activeElement !== document.body) return;
    if (!hadFocus.isConnected || !hadFocus.getClientRects().length) this.focusCurrent();
  }

  setFocus(position, { scroll = true, anchor = false } = {}) {
    this.focus = position;
    this.moved = true;
    if (anchor) {
      this.anchor = position;
      this.base = null;
    }
    if (scroll && position >= 0) this.tiles.scrollTo(position);
    this.tiles.draw();
    this.remember();
  }

  escape(target) {
    if (this.dialog && isText(target)) return this.dialog.element.focus();
    if (this.dialog) return this.dialog.close();
    if (target === this.bar.search && this.words) {
      this.bar.search.value = "";
      return this.filter("");
    }
    if (isText(target)) return this.focusList();
    this.unselectAll();
  }

  // --- selection

  setSelected(ids) {
    this.base = null;
    this.selected = new Set(ids);
    this.drawSelection();
    clearTimeout(this.selectTimer);
    this.selectTimer = setTimeout(() => this.flush(), 250);
  }

  drawSelection() {
    this.bar.drawSelection();
    this.rescueFocus();
    for (const [id, element] of this.tiles.elements) setAttribute(element, "aria-selected", String(this.selected.has(id)));
  }

  /** Tell the kernel what is selected, so that a page that is loaded anew has it. */
  flush() {
    clearTimeout(this.selectTimer);
    const add = [...this.selected].filter((id) => !this.told.has(id));
    const remove = [...this.told].filter((id) => !this.selected.has(id));
    this.told = new Set(this.selected);
    if (add.length || remove.length) this.wire.ask("select", { add, remove });
  }

  toggle(position) {
    const id = this.idAt(position);
    if (id === undefined) return;
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.setSelected(selected);
    this.setFocus(position, { anchor: true, scroll: false });
  }

  toggleHere() {
    this.toggle(this.focus);
    this.say(this.selected.has(this.idAt(this.focus)) ? "Selected." : "Unselected.");
  }

  extendTo(position) {
    const [from, to] = [Math.min(this.anchor, position), Math.max(this.anchor, position)];
    const ids = this.shown.slice(from, to + 1).map((row) => this.table.ids[row]);
    const base = this.base ?? this.selected; // what was selected before the range, which may become shorter again
    this.setSelected([...base, ...ids]);
    this.base = base;
    this.setFocus(position);
  }

  selectAll() {
    this.setSelected([...this.selected, ...this.positions.keys()]);
    this.say(`${number(this.selected.size)} selected.`);
  }

  invert() {
    const hidden = [...this.selected].filter((id) => !this.positions.has(id));
    this.setSelected([...hidden, ...[...this.positions.keys()].filter((id) => !this.selected.has(id))]);
    this.say(`${number(this.selected.size)} selected.`);
  }

  unselectAll() {
    if (!this.selected.size) return this.say("");
    this.say(`${pictures(this.selected.size)} unselected.`);
    this.setSelected([]);
  }

  unselectHidden() {
    this.setSelected([...this.selected].filter((id) => this.positions.has(id)));
  }

  // --- decisions: nothing changes on the screen before the kernel has answered, for only then it is saved

  /** The pictures that a key or button is about: in the preview the one shown, else the selected, else the focused one. */
  chosen() {
    if (this.dialog !== this.preview && this.selected.size) return [...this.selected];
    return this.focus >= 0 ? [this.idAt(this.focus)] : [];
  }

  async decide(action, artist = null) {
    const ids = this.chosen();
    return this.save(() => this.decide(action, artist), "decide", { action, artist, ids });
  }

  takeBack(kind) {
    return this.save(() => this.takeBack(kind), kind, {});
  }

  wholeQueue(kind) {
    return this.save(() => {}, kind, { group: null });
  }

  keepBest(group) {
    return this.save(() => {}, "keep_best", { group });
  }

  groupHere() {
    return this.focus >= 0 ? this.table.group.get(this.shown[this.focus]) : undefined;
  }

  keepBestHere() {
    const group = this.groupHere();
    if (this.isGrouped && group !== undefined) return this.keepBest(group);
    this.say("This picture is not in a group. Choose duplicates above.");
  }

  moveToNumber(at) {
    const name = this.head?.keys[at - 1];
    if (name === undefined) return this.say(`No artist has the number ${at}.`);
    return this.decide("move", name);
  }

  acceptable() {
    const asked = this.bar.least?.value;
    if (!asked) return []; // an empty box does not mean 0 %
    const least = Number(asked) / 100;
    return this.table.ids.filter((_, row) => this.table.isUndecided(row) && this.table.suggested.has(row)
      && (this.table.confidence.get(row) ?? 0) >= least);
  }

  accept() {
    const least = Number(this.bar.least.value) / 100;
    return this.save(() => {}, "accept", { ids: this.acceptable(), at_least: least });
  }

  acceptHere() {
    const ids = this.chosen().filter((id) => this.table.suggested.has(this.table.row.get(id)));
    if (!ids.length) return this.say("There is no suggestion for this picture.");
    return this.save(() => this.acceptHere(), "accept", { ids, at_least: 0 });
  }

  /** Ask the kernel to save; what is typed meanwhile waits, but not for long: a person must see what they decide on. */
  async save(again, kind, fields) {
    if (this.saving) return this.hold(again);
    clearTimeout(this.selectTimer);
    this.saving = Date.now();
    this.moved = false;
    const { content } = await this.wire.ask(kind, fields, true);
    const wasSlow = Date.now() - this.saving > FRESH;
    this.saving = 0;
    if (!content.error) this.finish(content, kind);
    if (content.error || wasSlow) this.dropHeld();
    while (this.held.length && !this.saving) this.held.shift()();
    return !content.error;
  }

  /** Do something after what was typed before it; while the kernel is slow at once, so that one can look around. */
  inOrder(action) {
    if (this.saving && this.isFresh()) this.held.push(action);
    else action();
  }

  isFresh() {
    return Date.now() - this.saving < FRESH && this.held.length < HELD_KEYS;
  }

  hold(again) {
    if (this.isFresh()) return new Promise((resolve) => this.held.push(() => resolve(again())));
    this.say("Still saving the last decision. This key was not taken.", "wait");
    return false;
  }

  /** After an error, or long after they were typed, keys would decide on pictures that nobody meant. */
  dropHeld() {
    if (this.held.length) this.say(`${this.bar.message.textContent} Keys typed since then were not taken.`, this.bar.message.dataset.kind);
    this.held = [];
  }

  finish({ done, text }, kind) {
    const decided = new Set(done);
    const isBack = kind === "undo" || kind === "redo";
    if (!isBack) this.setSelected([...this.selected].filter((id) => !decided.has(id)));
    this.say(text);
    if (isBack) this.goToFirst(done);
    else if (this.bar.advance.checked && !this.moved && !this.advance()) this.say(`${text} All that are shown are decided.`);
    if (this.preview.isOpen) this.preview.draw();
    this.tiles.later();
  }

  goToFirst(ids) {
    const places = ids.map((id) => this.positions.get(id)).filter((place) => place !== undefined);
    if (places.length) this.setFocus(places.reduce((first, place) => Math.min(first, place)), { anchor: true });
    else if (ids.length) this.say(`${this.bar.message.textContent} Not among the pictures shown.`);
  }

  /** Go to the next undecided picture, from the start again at the end; stay where the focus is undecided still. */
  advance() {
    const count = this.shown.length;
    for (let step = 0; step < count; step += 1) {
      const position = (Math.max(0, this.focus) + step) % count;
      if (!this.table.isUndecided(this.shown[position])) continue;
      this.setFocus(position, { anchor: true });
      return true;
    }
    return false;
  }
}

function none() {
  return { values: [], of: [] };
}

/** Cover a grid whose kernel was restarted (artlib/pages/lost_kernel.py): other widgets get this class by themselves. */
function watchKernel(model, grid) {
  // Jupyter calls back with the view as `this`; where it does not, the event has never meant anything but the end
  model.on("comm_live_update", function () {
    grid.setLost(this?.model?.comm_live !== true);
  });
}

/** Show the grid in an element; what is returned takes it away again. */
function render({ model, el }) {
  const grid = new Grid(model, el);
  watchKernel(model, grid);
  return () => grid.close();
}

export default { render };
