// The notes of the document: Escape closes them, a first tap opens one instead of leaving the page.
// Hover and focus are the stylesheet's; nothing here is needed to read.
(function () {
  "use strict";

  const print = document.querySelectorAll("[data-print]");
  for (const button of print) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  function clauseOf(event) {
    return event.target.closest ? event.target.closest(".sentences .clause") : null;
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    for (const clause of document.querySelectorAll(".clause:hover, .clause:focus-within, .clause.is-open")) {
      clause.classList.remove("is-open");
      clause.classList.add("is-closed");
    }
  });

  // A closed note opens again when the pointer or the focus comes anew.
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, function (event) {
      const here = clauseOf(event);
      for (const clause of document.querySelectorAll(".clause.is-closed")) {
        if (clause !== here) clause.classList.remove("is-closed");
      }
    });
  }

  // Copied are the official words, without lights and notes; not every browser leaves those out itself.
  document.addEventListener("copy", function (event) {
    const selection = document.getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const around = range.commonAncestorContainer;
    const place = around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement;
    if (!place.closest(".sentences")) return;
    const copied = range.cloneContents();
    for (const said of copied.querySelectorAll(".mark, .tip")) said.remove();
    const sentences = place.closest(".sentence") ? [copied] : [...copied.querySelectorAll(".sentence")];
    if (!sentences.length) return;
    event.clipboardData.setData("text/plain", sentences.map((part) => part.textContent).join("\n"));
    event.preventDefault();
  });

  let touched = false;
  document.addEventListener("pointerdown", function (event) {
    touched = event.pointerType === "touch";
  });
  document.addEventListener("click", function (event) {
    const clause = clauseOf(event);
    const open = document.querySelector(".clause.is-open");
    if (open && open !== clause) open.classList.remove("is-open");
    if (!clause || !touched || event.target.closest(".tip")) return;
    if (clause.classList.contains("is-open")) return;
    event.preventDefault();
    clause.classList.remove("is-closed");
    clause.classList.add("is-open");
  });
})();
