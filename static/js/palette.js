/* Ctrl+K opens the palette, Ctrl+/ the list of keys, Ctrl+Enter sends the form one writes in. */
(() => {
  "use strict";

  const PAUSE = 150; // milliseconds without a key until the list follows

  const palette = document.getElementById("palette");
  const help = document.getElementById("keys-help");
  if (!palette) return;
  const field = document.getElementById("palette-q");
  const list = document.getElementById("palette-list");
  let waiting = 0;
  let asked = 0;

  async function ask() {
    const turn = ++asked;
    const url = new URL(palette.dataset.url, window.location);
    url.searchParams.set("q", field.value);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== asked || !answer) return;
    if (answer.status !== 200) return window.location.reload();
    list.innerHTML = await answer.text();
    choose(links()[0]);
  }

  const links = () => [...list.querySelectorAll("a")];
  const chosen = () => list.querySelector("a.is-chosen");

  function choose(link) {
    chosen()?.classList.remove("is-chosen");
    link?.classList.add("is-chosen");
    link?.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = links();
    if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  }

  function open() {
    if (palette.open) return;
    field.value = "";
    palette.showModal();
    field.focus();
    ask();
  }

  field.addEventListener("input", (event) => {
    window.clearTimeout(waiting);
    if (!event.isComposing) waiting = window.setTimeout(ask, PAUSE);
  });
  field.addEventListener("compositionend", ask);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") chosen()?.click();
    else return;
    event.preventDefault();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });

  // A search field keeps Escape for itself in Chromium 81 to 92, in Qt and in WebKit.
  for (const dialog of [palette, help]) {
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      dialog.close();
    });
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const form = event.target.closest?.("form");
    if (event.key.toLowerCase() === "k") open();
    else if (event.key === "/") help.showModal();
    else if (event.key === "Enter" && form && form.method === "post") form.requestSubmit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    event.preventDefault();
    if (opener.dataset.opens === "palette") open();
    else help.showModal();
  });
})();
