// The form of a progress entry: asks for a reason only where one is needed, draws the percent on the
// ruler, refuses files that are too large before they are sent. Without this all fields are shown.
(function () {
  "use strict";

  const BEFORE_EDGE = 10; // where 0 % lies on the ruler, and the length of a point there
  const POINT = 4.6;

  function each(selector, act) {
    for (const found of document.querySelectorAll(selector)) act(found);
  }

  function begin(form) {
    if ("begun" in form.dataset) return;
    for (const name of ["input", "change"]) form.addEventListener(name, () => update(form));
    form.addEventListener("reset", () => window.setTimeout(() => update(form)));
    update(form);
    form.dataset.begun = "";
  }

  function update(form) {
    const values = [...form.querySelectorAll("[data-value]")];
    const percent = values.length ? percentOf(form, values) : percentTyped(form);
    showOrHide(form.querySelector("[data-why]"), needsReason(form, percent) || values.some(goesBack));
    const outlook = form.elements.outlook.value;
    showOrHide(form.querySelector("[data-reason]"), outlook !== "" && outlook !== "on_course");
    const mark = form.querySelector("[data-mark]");
    mark.toggleAttribute("hidden", percent === null);
    if (percent !== null) mark.setAttribute("cx", BEFORE_EDGE + POINT * percent);
    form.elements.files.setCustomValidity(complaint(form.elements.files));
  }

  function percentTyped(form) {
    const typed = form.elements.percent.value.normalize("NFKC").replace(/\s*%\s*$/, "").trim();
    return /^\d{1,3}(\.0+)?$/.test(typed) && Number(typed) <= 100 ? Number(typed) : null;
  }

  // What follows from the values, shown while they are typed; what is stored the server counts.
  function percentOf(form, values) {
    const shares = values.map(share);
    const isWhole = shares.every((one) => one !== null);
    const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
    const percent = isWhole ? Math.floor(100 * mean + 1e-9) : null;
    form.querySelector("[data-follows]").textContent = isWhole ? `= ${percent}%` : "";
    return percent;
  }

  function share(input) {
    const value = number(input.value);
    if (value === null) return null;
    const start = Number(input.dataset.start);
    return Math.min(1, Math.max(0, (value - start) / (Number(input.dataset.target) - start)));
  }

  function number(words) {
    const typed = words.normalize("NFKC").trim();
    return /^-?\d{1,9}(\.\d+)?$/.test(typed) ? Number(typed) : null;
  }

  function goesBack(input) {
    const value = number(input.value);
    if (value === null || !("last" in input.dataset)) return false;
    const rises = Number(input.dataset.target) > Number(input.dataset.start);
    const last = Number(input.dataset.last);
    return rises ? value < last : value > last;
  }

  // The rule itself is the server's; this only decides what is in view.
  function needsReason(form, percent) {
    if (percent === null) return false;
    const before = Number(form.dataset.before);
    const hasEvidence = form.elements.files.files.length > 0 || form.elements.links.value.trim() !== "";
    if (percent < before || percent - before > Number(form.dataset.largeStep)) return true;
    return percent === 100 && !hasEvidence;
  }

  // What holds words or an error is never hidden.
  function showOrHide(part, isNeeded) {
    const field = part.querySelector("input");
    part.hidden = !(isNeeded || field.value.trim() || part.querySelector(".errors"));
  }

  function complaint(input) {
    const files = [...input.files];
    if (files.length > Number(input.dataset.most)) return input.dataset.tooMany;
    const large = files.find((file) => file.size > Number(input.dataset.mostBytes));
    return large ? `${large.name}: ${input.dataset.tooLarge}` : "";
  }

  /* An inline form is closed where it was opened. */

  let opener = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.matches("a[hx-get]")) opener = event.detail.elt;
  });
  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-close]");
    const form = close && close.closest(".report-form");
    if (!form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const way = form.closest("li, #main").querySelector("a[hx-get]");
    form.remove();
    each(".mine > li", showAnswered);
    const back = opener && opener.isConnected ? opener : way;
    if (back) back.focus();
  });

  /* A row says that words were typed for it and not sent (kept by unsent.js). */

  function showKept(place) {
    const key = `draft:${document.body.dataset.user}:${place.dataset.kept}`;
    try {
      place.hidden = window.localStorage.getItem(key) === null;
    } catch {
      // No store, no draft.
    }
  }

  // A row whose form is open hides its buttons: the form has its own.
  function showAnswered(row) {
    row.classList.toggle("is-answered", row.querySelector(".report-form") !== null);
  }

  function beginAll() {
    each(".mine > li", showAnswered);
    each("form[data-report]", begin);
    each("[data-kept]", showKept);
  }

  beginAll();
  document.addEventListener("htmx:afterSettle", beginAll);
})();
