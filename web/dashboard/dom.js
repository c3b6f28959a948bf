/** The few things that every part of the page does to the document. Text that comes from calls is only ever set as text. */

export function byId(id) {
  return document.getElementById(id);
}

export function element(tag, className = '', ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Touches the document only where something has changed: screen readers read out what is touched. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(node, className) {
  if (node.className !== className) node.className = className;
}

/**
 * Makes the children of `parent` be `items`: who was there stays the same element, with its focus. `key` names an item, `create` makes its
 * element, `update` shows it.
 */
export function showList(parent, items, { key, create, update }) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, at) => {
    const name = String(key(item));
    const node = before.get(name) ?? create(item);
    before.delete(name);
    node.dataset.key = name;
    update(node, item);
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
  for (const gone of before.values()) gone.remove();
}

/** Calls `act` soon after the last of many reasons to, and at most once in `everyMs`. */
export function atMostEvery(everyMs, act) {
  let due;
  let lastMs = -Infinity;
  return () => {
    due ??= setTimeout(
      () => {
        due = undefined;
        lastMs = performance.now();
        void act();
      },
      Math.max(0, lastMs + everyMs - performance.now()),
    );
  };
}
