// Forms that are opened in place: beside a table row, closed again by Cancel or Escape, with rows
// that can be added. The server answers the bare form; what holds it in the page is made here.
(function () {
  "use strict";

  /* A form that was asked for by a row comes as a row of its own under it. */

  document.addEventListener("htmx:beforeSwap", function (event) {
    const row = event.detail.target;
    if (!row.matches("tr") || !event.detail.shouldSwap) return;
    const wide = [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    event.detail.serverResponse =
      `<tr class="edit-row" role="row"><td role="cell" colspan="${wide}">${event.detail.serverResponse}</td></tr>`;
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    const opener = event.detail.elt;
    const row = event.detail.requestConfig.verb === "get" && event.detail.target.closest("tr");
    if (!row || row !== event.detail.target) return;
    const open = opened(row);
    if (!open) return;
    event.preventDefault(); // a second click closes, another verb takes the place
    const same = open.dataset.opener === opener.id;
    close(open);
    if (!same) opener.click();
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    const row = event.detail.target;
    const opener = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!opener || !row.matches("tr")) return;
    const open = opened(row);
    if (!open) return;
    open.dataset.opener = opener.id;
    row.classList.add("is-opened");
    opener.setAttribute("aria-expanded", "true");
    const first = open.querySelector("input:not([type=hidden]):not([hidden]), select, textarea");
    const isTypedIn = open.contains(document.activeElement);
    if (first && !isTypedIn) first.focus({ preventScroll: true });
    open.scrollIntoView({ block: "nearest" });
  });

  function opened(row) {
    const next = row.nextElementSibling;
    return next && next.matches(".edit-row") ? next : null;
  }

  function close(row) {
    const opener = document.getElementById(row.dataset.opener);
    row.previousElementSibling.classList.remove("is-opened");
    row.remove();
    if (!opener) return;
    opener.removeAttribute("aria-expanded");
    opener.focus();
  }

  /* Cancel and Escape. On a page of its own Cancel is a plain link. */

  let opener = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.matches("a[hx-get]")) opener = event.detail.elt;
  });

  document.addEventListener("click", function (event) {
    const link = event.target.closest("[data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = link.closest(".edit-row");
    const form = link.closest("form[data-opened]");
    const isInPlace = form && opener && opener.isConnected && !row;
    if (!row && !isInPlace) return;
    event.preventDefault();
    event.stopPropagation(); // the form need not be closed on its own as well
    if (row) return close(row);
    form.remove();
    opener.focus();
  }, true);

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    const row = event.target.closest(".edit-row");
    const typed = row && [...row.querySelectorAll("form")].some(isChanged);
    if (row && !typed) close(row); // what was typed is not thrown away by a key
  });

  function isChanged(form) {
    return [...form.elements].some(function (field) {
      if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") return field.value !== (field.querySelector("[selected]") || { value: "" }).value;
      return field.name && field.value !== field.defaultValue;
    });
  }

  /* Rows of a formset. */

  function begin(root) {
    for (const add of root.querySelectorAll("[data-add-row]")) add.hidden = false;
  }

  document.addEventListener("click", function (event) {
    const add = event.target.closest("[data-add-row]");
    if (!add) return;
    const rows = add.closest("[data-rows]");
    const total = add.form.querySelector("[name$=-TOTAL_FORMS]");
    const template = rows.querySelector("template");
    const fresh = document.createElement("template");
    fresh.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value);
    total.value = Number(total.value) + 1;
    const row = fresh.content.firstElementChild;
    add.before(row);
    row.querySelector("input:not([type=hidden])").focus();
  });

  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
