/* The slider through a plan's weeks: it writes the day into the date field beside it and sends the
   form when it is let go. Without this script the date field and the month ends do the same. */
(() => {
  "use strict";

  const DAY = 24 * 60 * 60 * 1000;

  const toDay = (words) => Date.parse(words + "T00:00:00Z");
  const toWords = (moment) => new Date(moment).toISOString().slice(0, 10);

  function setUp(form) {
    const slide = form.querySelector(".slide");
    const week = slide.querySelector("input");
    const said = slide.querySelector("output");
    const on = form.elements.on;
    const start = toDay(form.dataset.day);
    slide.hidden = false;
    week.value = Math.round((toDay(on.value) - start) / (7 * DAY));
    week.addEventListener("input", () => {
      on.value = said.textContent = toWords(start + week.value * 7 * DAY);
    });
    week.addEventListener("change", () => form.requestSubmit());
  }

  const setUpAll = (root) => root.querySelectorAll("form[data-day]").forEach(setUp);

  setUpAll(document);
  document.addEventListener("htmx:afterSwap", (event) => setUpAll(event.detail.elt));
})();
