// htmx is as large as all our own scripts together, and only an act wants it: it is fetched when
// somebody points at or steps onto what it serves. An act that comes before it waits for it; where
// it cannot be fetched, that is said as for any request that failed.
(function () {
  "use strict";

  const SERVED = "[hx-get], [hx-post]";
  const busy = document.getElementById("busy");
  let coming = null;
  let held = null;

  function fetchHtmx() {
    coming = coming || loaded().then(added);
    coming.catch(() => (coming = null));
    return coming;
  }

  // htmx begins its work at once only in a page that is complete.
  function loaded() {
    if (document.readyState === "complete") return Promise.resolve();
    return new Promise((go) => window.addEventListener("load", go, { once: true }));
  }

  function added() {
    return new Promise(function (done, failed) {
      const script = document.createElement("script");
      script.src = document.querySelector("meta[name=htmx-source]").content;
      script.addEventListener("load", done);
      script.addEventListener("error", function () {
        script.remove();
        failed();
      });
      document.head.append(script);
    });
  }

  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, sense, { passive: true });
  }

  function sense(event) {
    if (!window.htmx && event.target.closest && event.target.closest(SERVED)) fetchHtmx().catch(() => {});
  }

  // Back to an address that htmx put there, in a page that was loaded anew since.
  const wasPutThere = (state) => !window.htmx && state && state.htmx;
  window.addEventListener("popstate", function (event) {
    if (wasPutThere(event.state)) window.location.reload();
  });

  // Back before this script ran, as on a slow line: nobody heard it, and the page is another's.
  // Older engines call every load "document", and tell nothing.
  const [loading] = window.performance.getEntriesByType("navigation");
  const addressOf = (whole) => whole.split("#")[0];
  const isTold = loading && loading.name.startsWith(window.location.origin);
  const isAnothers = isTold && addressOf(loading.name) !== addressOf(window.location.href);
  if (isAnothers && wasPutThere(window.history.state)) window.location.reload();

  /* An act before it is there. */

  document.addEventListener("click", function (event) {
    const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const served = event.target.closest(SERVED);
    const button = event.target.closest("button, input");
    if (isPlain && served && !served.matches("form")) hold(event, served);
    else if (button && button.type === "submit" && isServed(button.form)) hold(event, button);
  }, true);

  function isServed(form) {
    return form !== null && form.matches(SERVED);
  }

  for (const name of ["submit", "filter"]) {
    document.addEventListener(name, function (event) {
      if (event.target.matches(SERVED)) hold(event, event.target);
    }, true);
  }

  function hold(event, served) {
    if (window.htmx) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (held) return; // three fast clicks are one
    held = event;
    busy.classList.add("htmx-request");
    fetchHtmx().then(() => again(event, served), () => failed(event, served)).finally(function () {
      held = null;
      busy.classList.remove("htmx-request");
    });
  }

  // htmx learns from the click which button of a form it was.
  function again(event, served) {
    if (!served.isConnected) return;
    if (event.type === "filter") return served.dispatchEvent(new CustomEvent("filter", { bubbles: true }));
    if (event.type === "submit" && !event.submitter) return served.requestSubmit();
    (event.submitter || served).click();
  }

  function failed(event, served) {
    const detail = { elt: served, requestConfig: { elt: served, triggeringEvent: event } };
    served.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail }));
  }
})();
