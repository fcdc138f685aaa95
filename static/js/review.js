/* Single keys on the review page: A accepts, R opens the return form, U takes the last answer
   back, J and K move on and back.
   Off until switched on, because a single key is easily hit by chance (WCAG 2.1.4). */
(() => {
  "use strict";

  const STORE = "review-keys";
  const isOn = () => localStorage.getItem(STORE) === "on";

  function setUp() {
    const label = document.querySelector("[data-keys]");
    if (!label) return;
    label.hidden = false;
    const box = label.querySelector("input");
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
  }

  const acts = {
    a: () => document.getElementById("do-accept")?.click(),
    r: () => {
      const details = document.getElementById("do-return");
      if (!details) return;
      details.open = true; // the cursor follows, below
    },
    u: () => document.querySelector("#announce .toast form button")?.click(),
    j: () => document.getElementById("go-after")?.click(),
    k: () => document.getElementById("go-before")?.click(),
  };

  // Opened by whatever means, the form takes the cursor.
  document.addEventListener("toggle", (event) => {
    if (event.target.id !== "do-return" || !event.target.open) return;
    event.target.querySelector("input[name=reason]").focus();
  }, true);

  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const act = acts[event.key.toLowerCase()];
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!act || !isPlain || !isOn() || isTyping(event.target)) return;
    event.preventDefault();
    act();
  });

  setUp();
  document.addEventListener("htmx:afterSwap", setUp);
})();
