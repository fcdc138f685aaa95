// Choosing a unit by typing: a combobox (WAI-ARIA 1.2) over the page's <datalist>. Without this
// script the field is plain text with the browser's own list, and the server reads names, short
// names and pinyin initials. <input data-choose="many"> gets what was chosen as a list before it.
// Names are compared and cut apart as names.js does it, which is as the server does it.
(function () {
  "use strict";

  const { fold, letters, reads, holds, split } = window.names;
  let made = 0;

  // A unit as the list knows it: what is written, its full name, and the initials of both.
  function unitsOf(list) {
    return [...list.options].map(function (option) {
      const patterns = (option.dataset.pinyin || "").split(" ").filter(Boolean);
      return { name: option.value, full: option.label, patterns };
    });
  }

  // Those that hold the words, the ones that begin with them first.
  function fitting(units, words) {
    const wanted = letters(words);
    if (!fold(words)) return units;
    const begins = (unit) => letters(unit.name).startsWith(wanted) || unit.patterns.some((p) => reads(p, wanted, 0));
    const rank = (unit) => (begins(unit) ? 0 : 1);
    const found = units.filter((unit) => holds([unit.name, unit.full], unit.patterns, words));
    return found.sort((a, b) => rank(a) - rank(b));
  }

  function element(name, attributes, words) {
    const part = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    if (words !== undefined) part.textContent = words;
    return part;
  }

  function fill(list, parts) {
    list.textContent = "";
    list.append(...parts);
  }

  // The list that opens under a text field. `choose(unit)` is told what was taken.
  function combobox(input, units, choose) {
    const id = `choose-${(made += 1)}`;
    const box = element("div", { class: "combo" });
    const list = element("ul", { role: "listbox", id: id, "aria-label": labelOf(input) });
    list.hidden = true;
    const hadFocus = document.activeElement === input; // it is lost where a field is moved
    input.before(box);
    box.append(input, list);
    if (hadFocus) input.focus();
    for (const [key, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
    })) input.setAttribute(key, value);
    let active = -1;

    const options = () => [...list.querySelectorAll("[role=option]")];

    function open() {
      const found = fitting(units(), input.value);
      fill(list, found.map(function (unit, place) {
        const option = element("li", { role: "option", id: `${id}-${place}`, "aria-selected": "false" });
        option.append(element("span", {}, unit.name), element("small", {}, unit.full === unit.name ? "" : unit.full));
        option.unit = unit;
        return option;
      }));
      if (!found.length) return close();
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(input.value.trim() ? 0 : -1); // what was typed marks the best, a click marks none
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      active = -1;
    }

    function mark(place) {
      const all = options();
      active = place;
      all.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
      if (place < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    }

    // Round and round; from nothing marked, up goes to the last one.
    function move(step) {
      const length = options().length;
      mark(active < 0 && step < 0 ? length - 1 : (active + step + length) % length);
    }

    function take(option) {
      close();
      choose(option.unit);
    }

    input.addEventListener("input", function (event) {
      if (!event.isComposing) open();
    });
    input.addEventListener("compositionend", open);
    input.addEventListener("click", () => (list.hidden ? open() : null));
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus in the field
    list.addEventListener("click", function (event) {
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) return;
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) open();
        if (!list.hidden) move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && isOpen && active >= 0) {
        event.preventDefault();
        take(options()[active]);
      } else if (event.key === "Tab" && isOpen && options().length === 1) {
        take(options()[0]); // nothing else can be meant
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    });
    if (hadFocus && input.value !== input.defaultValue) open(); // typed before this script ran
  }

  function labelOf(input) {
    const named = input.labels && input.labels[0];
    return input.getAttribute("aria-label") || (named ? named.textContent.trim() : "");
  }

  function changed(input) {
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function chooseOne(input, units) {
    combobox(input, () => units, function (unit) {
      input.value = unit.name;
      changed(input);
    });
  }

  // The field itself keeps the names, joined as the server reads them; it is only out of sight.
  function chooseMany(input, units, word) {
    const chips = element("ul", { class: "chosen" });
    const search = element("input", { type: "text", autocomplete: "off", id: `${input.id}-search` });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      if (input.hasAttribute(name)) search.setAttribute(name, input.getAttribute(name));
    }
    const label = input.labels && input.labels[0];
    const hadFocus = document.activeElement === input;
    if (hadFocus && input.value !== input.defaultValue) { // typed before this script ran
      [search.value, input.value] = [input.value, input.defaultValue];
    }
    input.before(chips, search);
    input.hidden = true;
    if (hadFocus) search.focus();
    if (label) label.htmlFor = search.id;

    const known = new Set(units.flatMap((unit) => [fold(unit.name), fold(unit.full)]));
    const named = (words) => split(words, (part) => known.has(fold(part)));
    const names = () => named(input.value);

    function keep(list) {
      input.value = [...new Set(list)].join("、");
      draw();
      changed(input);
    }

    function draw() {
      fill(chips, names().map(function (name, place) {
        const chip = element("li", {});
        const remove = element("button", { type: "button", "aria-label": `${word} ${name}` }, "×");
        remove.addEventListener("click", () => removeAt(place));
        chip.append(element("span", {}, name), remove);
        return chip;
      }));
      chips.hidden = !chips.children.length;
    }

    // Focus goes to the next chip, or back to the field.
    function removeAt(place) {
      keep(names().filter((_name, index) => index !== place));
      const left = chips.querySelectorAll("button");
      (left[Math.min(place, left.length - 1)] || search).focus();
    }

    combobox(search, () => units.filter((unit) => !names().includes(unit.name)), function (unit) {
      search.value = "";
      keep([...names(), unit.name]);
    });
    search.addEventListener("keydown", function (event) {
      if (event.isComposing || search.value) return;
      if (event.key === "Backspace" && names().length) keep(names().slice(0, -1));
    });
    // What was typed and not chosen goes along: the server reads it, or says what it may mean.
    search.addEventListener("change", function (event) {
      event.stopPropagation();
      if (!search.value.trim()) return;
      keep([...names(), ...named(search.value)]);
      search.value = "";
    });
    input.addEventListener("change", draw);
    draw();
  }

  // An owner is one of the lead unit's people: the others are offered again with their unit.
  function offerPeople(select) {
    const lead = document.getElementById(select.dataset.peopleOf);
    if (!lead) return;
    const groups = [...select.querySelectorAll("optgroup")];

    function offer() {
      const unit = fold(lead.value);
      const offered = groups.filter((group) => !unit || fold(group.label) === unit);
      const chosen = select.value;
      for (const group of groups) group.remove();
      select.append(...offered);
      select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
      const none = document.getElementById(`${select.id}-none`);
      if (none) none.hidden = !unit || offered.length > 0;
    }

    lead.addEventListener("change", offer);
    offer();
  }

  function begin(root) {
    for (const input of root.querySelectorAll("input[data-choose][list]")) {
      const list = document.getElementById(input.getAttribute("list"));
      if (!list) continue;
      input.removeAttribute("list");
      (input.dataset.choose === "many" ? chooseMany : chooseOne)(input, unitsOf(list), list.dataset.remove);
    }
    for (const select of root.querySelectorAll("select[data-people-of]:not([data-ready])")) {
      select.dataset.ready = "";
      offerPeople(select);
    }
  }

  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
