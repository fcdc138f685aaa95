// The forms of a report: an opened one gets focus and closes again, a new one shows its defaults.
(function () {
  "use strict";

  // A form that was opened in place takes the focus; only one stands open at a time.
  document.addEventListener("htmx:afterSwap", function (event) {
    const slot = event.detail.target.closest(".slot");
    if (!slot) return;
    for (const other of document.querySelectorAll(".slot")) {
      if (other !== slot) other.textContent = "";
    }
    const field = slot.querySelector("textarea");
    if (field) field.focus();
  });

  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-close-edit]");
    if (!close) return;
    event.preventDefault();
    shut(close.closest(".edit"));
  });

  document.addEventListener("keydown", function (event) {
    const edit = event.key === "Escape" && !event.isComposing && event.target.closest(".slot .edit");
    if (edit) shut(edit);
  });

  function shut(edit) {
    const piece = document.getElementById(edit.id.replace("edit-", "p-"));
    edit.remove();
    if (piece) piece.focus();
  }

  // Two days are asked for only where the period is not one of those with a name.
  const form = document.querySelector("[data-new-report]");
  if (!form) return;
  const period = form.elements.period;
  const days = form.querySelector("[data-custom]");

  function showDays() {
    days.hidden = period.value !== "custom";
  }

  // What is left empty depends on period and kind: the server says what it would be.
  async function showDefaults() {
    if (period.value === "custom") return;
    const kind = form.elements.kind.value;
    const query = new URLSearchParams({ period: period.value, kind: kind });
    const answer = await fetch(`${form.dataset.newReport}?${query}`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const field of page.querySelectorAll("#new-heads input")) {
      document.getElementById(field.id).placeholder = field.placeholder;
    }
  }

  form.addEventListener("change", function (event) {
    if (!["period", "kind"].includes(event.target.name)) return;
    showDays();
    showDefaults();
  });
  showDays();
  // Chosen before this script ran, as on a slow line.
  const chosen = form.querySelectorAll("[name=period] option:checked, [name=kind]:checked");
  const isAsMade = (one) => one.defaultSelected || one.defaultChecked;
  if (!Array.from(chosen).every(isAsMade)) showDefaults();
})();
