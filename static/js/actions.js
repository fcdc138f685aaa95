// The list of actions: filtering while one types, and how many rows are ticked.
(function () {
  "use strict";

  const PAUSE = 300; // milliseconds without a key until the list follows

  /* Filter. The form sends itself on `filter`; while a word is being composed nothing is sent. */

  let waiting = 0;

  function filter(form, pause) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => form.dispatchEvent(new CustomEvent("filter", { bubbles: true })), pause);
  }

  function formOf(event) {
    const form = event.target.form;
    return form && form.id === "filters" ? form : null;
  }

  // A unit counts once it is chosen, not at each letter; an emptied field counts at once.
  function isHalfTyped(field) {
    return field.matches("[data-choose]") && field.value !== "";
  }

  document.addEventListener("input", function (event) {
    const form = formOf(event);
    if (!form || event.isComposing || event.target.type === "checkbox") return;
    if (event.target.matches("select") || isHalfTyped(event.target)) return;
    filter(form, PAUSE);
  });
  document.addEventListener("compositionend", function (event) {
    const form = formOf(event);
    if (form && !isHalfTyped(event.target)) filter(form, PAUSE);
  });
  document.addEventListener("change", function (event) {
    const form = formOf(event);
    if (form && event.target.id !== "f-q") filter(form, 0);
  });
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.elt.id === "filters") window.clearTimeout(waiting);
  });

  // Typed before this script ran, as on a slow line.
  const typed = document.activeElement;
  if (typed && typed.id === "f-q" && typed.value !== typed.defaultValue) filter(typed.form, PAUSE);

  // A filter that cannot be read comes back as the whole page, its errors beside the fields.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const detail = event.detail;
    if (detail.xhr.status !== 400 || detail.requestConfig.elt.id !== "filters") return;
    if (!detail.serverResponse.includes('id="filters"')) return;
    detail.shouldSwap = true;
    detail.isError = false;
    detail.target = document.getElementById("main");
    detail.selectOverride = "#main";
  });

  /* Ticks. The bar under the list is there as long as a row is ticked; without script always. */

  const boxes = () => [...document.querySelectorAll("#board td [name=pick]")];

  function count() {
    const bar = document.getElementById("picked");
    if (!bar) return;
    const ticked = boxes().filter((box) => box.checked);
    bar.closest("form").hidden = ticked.length === 0;
    for (const box of boxes()) box.closest("tr").classList.toggle("is-ticked", box.checked);
    const all = document.getElementById("pick-all");
    if (all) {
      all.removeAttribute("name"); // the rows speak for themselves
      all.checked = ticked.length > 0 && ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
    bar.textContent = bar.dataset.words.replace("0", ticked.length);
    document.getElementById("picked-numbers").textContent = shortened(ticked.map((box) => box.value));
    document.getElementById("unpick").hidden = false;
  }

  function shortened(numbers) {
    return numbers.length > 6 ? `${numbers.slice(0, 5).join("　")} …` : numbers.join("　");
  }

  let last = null;

  document.addEventListener("click", function (event) {
    if (event.target.id === "unpick") {
      const all = document.getElementById("pick-all");
      all.checked = false;
      all.dispatchEvent(new Event("change", { bubbles: true }));
      all.focus();
      return;
    }
    if (!event.target.matches("#board td [name=pick]")) return;
    if (event.shiftKey && last && last.isConnected) tickBetween(last, event.target);
    last = event.target;
  });

  function tickBetween(from, to) {
    const all = boxes();
    const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    for (const box of all.slice(first, end + 1)) box.checked = to.checked;
  }

  // By hand, or put back with what was typed.
  document.addEventListener("change", function (event) {
    const all = event.target.id === "pick-all";
    if (!all && !event.target.matches("#board td [name=pick]")) return;
    if (all) for (const box of boxes()) box.checked = event.target.checked;
    count();
  });

  // Ticks outlive a filter for the rows that are still there.
  let kept = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    kept = event.detail.target.id === "board" ? boxes().filter((box) => box.checked).map((box) => box.value) : [];
  });
  document.addEventListener("htmx:afterSwap", function () {
    for (const box of boxes()) if (kept.includes(box.value)) box.checked = true;
    count();
  });

  /* A value typed into the bar ticks its field; an unticked field is emptied.
     A text field tells of its change only when it is left, so perhaps under a click on its own
     box: what the keys told by then counts, or that click would take the tick away again. */

  function boxOf(set) {
    return set.querySelector("[name=change]");
  }

  for (const name of ["input", "change"]) {
    document.addEventListener(name, function (event) {
      const set = event.target.closest(".set");
      if (!set) return;
      if (event.target.name === "change") return event.target.checked ? null : clear(set);
      const isLeft = name === "change" && event.isTrusted && !event.target.matches("select");
      if (event.target.value && !isLeft) boxOf(set).checked = true;
    });
  }

  // Typed before this script ran, as on a slow line.
  for (const set of document.querySelectorAll("#bulk .set")) {
    const fields = [...set.querySelectorAll("input:not([type=checkbox]), select")];
    if (fields.some((field) => field.value)) boxOf(set).checked = true;
  }

  function clear(set) {
    for (const field of set.querySelectorAll("input:not([type=checkbox]), select")) {
      if (!field.value) continue;
      field.value = "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  count();
})();
