// What htmx leaves to us: Chinese input, where focus goes after a swap, what is read out.
(function () {
  "use strict";

  // While a word is still being composed nothing is sent; compositionend sends it once it is chosen.
  document.addEventListener("htmx:beforeRequest", function (event) {
    const cause = event.detail.requestConfig.triggeringEvent;
    if (cause && cause.isComposing) event.preventDefault();
  });

  // The cursor goes into a form as soon as it comes. Left to htmx, it would go there when all has
  // settled, and take what somebody types by then into another field.
  document.addEventListener("htmx:afterSwap", function () {
    const first = find(".htmx-added [autofocus]");
    if (!first) return;
    first.removeAttribute("autofocus");
    first.focus();
  });

  // Where to go back to: the link or button that opened a form, and what its form names itself.
  let opener = null;
  let goal = null;
  let announced = new Map();

  document.addEventListener("htmx:beforeRequest", function (event) {
    const source = event.detail.elt;
    const named = source.closest("[data-focus]");
    goal = named ? named.dataset.focus : null;
    const opens = event.detail.requestConfig.verb === "get" && source.matches("a, button");
    if (opens && source.id) opener = "#" + CSS.escape(source.id);
  });

  document.addEventListener("htmx:beforeSwap", function () {
    announced = new Map();
    for (const part of document.querySelectorAll("main [data-announce]")) {
      announced.set(part.id, part.textContent);
    }
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target.closest("[hx-swap-oob], #announce, #alert")) return;
    readOut();
    keepFocus(event.detail.xhr);
  });

  function keepFocus(xhr) {
    const failed = xhr && (xhr.status === 422 || xhr.status === 409);
    const wrong = failed && (find("main [aria-invalid=true]") || find("main .notice[role=alert]"));
    if (wrong) return focusOn(wrong);
    const active = document.activeElement;
    if (active && active !== document.body && active.id !== "main") return;
    const place = find(goal) || find(opener) || document.querySelector("main h1");
    opener = goal = null;
    if (place) focusOn(place);
  }

  function find(selector) {
    return selector ? document.querySelector(selector) : null;
  }

  function focusOn(place) {
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: isVisible(place) });
  }

  function isVisible(place) {
    const box = place.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= window.innerHeight;
  }

  // A form that came back as a whole page: the cursor goes to the first field that is wrong.
  const first = find("main [aria-invalid=true]");
  if (first) focusOn(first);

  // A list that was filtered says its new count, in a region that no swap removes.
  function readOut() {
    for (const part of document.querySelectorAll("main [data-announce]")) {
      if (announced.has(part.id) && announced.get(part.id) !== part.textContent) {
        region().textContent = part.textContent.trim();
      }
    }
  }

  function region() {
    let quiet = document.getElementById("read-out");
    if (!quiet) {
      quiet = document.createElement("p");
      quiet.id = "read-out";
      quiet.className = "hide";
      quiet.setAttribute("role", "status");
      document.body.append(quiet);
    }
    return quiet;
  }
  region();
})();
