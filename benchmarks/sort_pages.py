"""What is measured in the page: scripts that do what a person does, and count milliseconds until the result is drawn.

Each ends by calling `done` with the milliseconds. A picture is drawn when it is decoded and two frames have passed.
"""

TOOLS = """
const done = arguments[arguments.length - 1];
const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const press = (node, key, more) =>
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
const inView = () => {
  const box = find(".artlib-scroller").getBoundingClientRect();
  return all(".artlib-tile").filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > box.top && top < box.bottom;
  });
};
const isDrawn = (image) => image && image.complete && image.naturalWidth > 0;
const screenIsDrawn = () => {
  if (!find(".artlib-scroller")) return false;
  const tiles = inView();
  return tiles.length > 4 && tiles.every((tile) => isDrawn(tile.querySelector("img")));
};
const says = (text) => find("[data-role=message]").textContent.startsWith(text);
/** Begin, look at every frame whether it is over, and count one frame more, in which it is on the screen. */
const count = (begin, isOver, started = performance.now()) => {
  begin();
  const finish = () => done(performance.now() - started);
  const look = () => requestAnimationFrame(isOver() ? finish : look);
  requestAnimationFrame(look);
};
"""

# before JupyterLab's button is clicked, which takes only a real click
WATCH = """document.addEventListener("mousedown", () => { window.clicked = performance.now(); }, { capture: true });"""

OPENED = "count(() => {}, screenIsDrawn, window.clicked);"

# the argument is the number of the step; half a second lies between two steps, in which a person looks
SCROLL = """
const scroller = find(".artlib-scroller");
if (!arguments[0]) scroller.scrollTop = 0;
setTimeout(() => count(() => { scroller.scrollTop += scroller.clientHeight; }, screenIsDrawn), 500);
"""

# far away, where nothing was made ahead
JUMP = """
const scroller = find(".artlib-scroller");
const share = 0.31 + 0.2 * arguments[0];
setTimeout(() => count(() => { scroller.scrollTop = share * scroller.scrollHeight; }, screenIsDrawn), 500);
"""

DECIDE = """
const list = find("[data-role=tiles]");
list.focus({ preventScroll: true });
press(list, "Escape");
press(list, "Home");
for (let step = 1; step < 48; step += 1) press(list, "ArrowRight", { shiftKey: true });
setTimeout(() => count(() => press(list, "d"), () => says("Discarded 48 pictures")), 1000);
"""

UNDO = """
setTimeout(() => count(() => press(find("[data-role=tiles]"), "u"), () => says("Undone: discard 48 pictures")), 500);
"""

# the argument is how many pictures there have to be
NAIVE = """
const wanted = arguments[0];
const drawn = () => all(".jp-OutputArea-output img").filter(isDrawn).length;
const slowly = (look) => setTimeout(look, 100);  // to count thousands of pictures at every frame would itself be slow
const look = () => (drawn() >= wanted ? done(performance.now() - window.clicked) : slowly(look));
look();
"""
