"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("main");

// Creates an element. Children that are not elements become text, so that text from files never becomes markup.
function element(name, properties, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) created.addEventListener(key.slice(2), value);
    else created.setAttribute(key, value === true ? "" : value);
  }
  created.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== ""));
  return created;
}

function link(target, ...children) {
  return element("a", { href: "#" + target }, ...children);
}

function plural(count, noun) {
  return count.toLocaleString("en") + " " + noun + (count === 1 ? "" : "s");
}

function section(id, title, ...children) {
  const created = element("section", { id, "aria-labelledby": id + "-title" }, element("h2", { id: id + "-title", tabindex: "-1" }, title), ...children);
  main.append(created);
  return created;
}

// Texts in backquotes are code.
function prose(text) {
  return text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

function navigation(entries) {
  const items = entries.map(([id, title]) => element("li", {}, link(id, title)));
  document.getElementById("header").after(element("nav", { "aria-label": "Sections" }, element("ul", {}, items)));
}

// Draws a long list in steps: the next part is drawn when the end of the list is scrolled into view. `draw(list)` starts
// again with another list. Printing draws up to `limit` entries.
function longList(container, render, step = 60, limit = 2000) {
  let list = [], drawn = 0;
  const end = element("p", { class: "no-print" }, element("button", { type: "button", onclick: () => more(step) }, "Show more"));
  const observer = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) more(step); }, { rootMargin: "800px" });
  function more(count) {
    const part = list.slice(drawn, drawn + count);
    container.append(...part.map(render));
    drawn += part.length;
    end.hidden = drawn >= list.length;
    if (!end.hidden) { observer.unobserve(end); observer.observe(end); }
  }
  window.addEventListener("beforeprint", () => more(Math.max(0, Math.min(limit, list.length) - drawn)));
  return {
    end,
    draw(next) {
      container.replaceChildren();
      list = next; drawn = 0;
      more(step);
    },
    // Draws up to an entry, so that a link can lead to it.
    reach(entry) {
      const at = list.indexOf(entry);
      if (at >= drawn) more(at + 1 - drawn);
      return at >= 0;
    },
  };
}

function choice(label, options, onchange) {
  const select = element("select", { onchange }, element("option", { value: "" }, "all"), options.map((option) => element("option", { value: option }, option)));
  return { field: element("label", {}, label, select), select };
}

function search(label, oninput) {
  const input = element("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput });
  return { field: element("label", {}, label, input), input };
}

// Moves the focus to an element, for keyboards and screen readers, and scrolls to it.
function visit(target) {
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}
