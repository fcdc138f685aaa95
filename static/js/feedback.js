// Messages, errors with a way to try again, forms that are sent once, menus that close, the scheme.
(function () {
  "use strict";

  // Milliseconds that a good message stays, unless the pointer or focus is on it or it offers an undo.
  const GONE_AFTER = 12000;
  const alertRegion = document.getElementById("alert");

  /* Errors of htmx requests: silent by default, here in a visible role=alert. */

  document.addEventListener("htmx:responseError", function (event) {
    const xhr = event.detail.xhr;
    const again = xhr.getResponseHeader("X-Form-Is-Old") ? retryWithNewToken : retry;
    showError(sentenceOf(xhr) || alertRegion.dataset.failed, event.detail.requestConfig, again);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, function (event) {
      showError(alertRegion.dataset.offline, event.detail.requestConfig);
    });
  }
  document.addEventListener("htmx:beforeRequest", function () {
    alertRegion.textContent = "";
  });

  // The server answers htmx with one paragraph, and otherwise with a page that marks its sentence.
  function sentenceOf(xhr) {
    const type = xhr.getResponseHeader("Content-Type") || "";
    if (!type.startsWith("text/html")) return "";
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const sentence = page.querySelector("[data-error]") || page.querySelector("body > p:only-child");
    return sentence ? sentence.textContent.trim().slice(0, 300) : "";
  }

  function showError(sentence, request, again = retry) {
    const toast = element("p", "toast");
    const words = element("span", "");
    words.textContent = sentence;
    const ways = element("span", "ways");
    ways.append(button(alertRegion.dataset.retry, () => again(request)), closeButton());
    toast.append(words, ways);
    alertRegion.textContent = "";
    alertRegion.append(toast);
  }

  // Signed in anew in another window, a page has a token that counts no more: it takes the new one.
  async function retryWithNewToken(request) {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]");
    if (answer.redirected || !token) return window.location.reload();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token.value;
    retry(request);
  }

  function retry(request) {
    alertRegion.textContent = "";
    const source = request.elt;
    const cause = request.triggeringEvent;
    if (!source.isConnected) return window.location.reload();
    if (source.matches("form")) return source.requestSubmit(submitterOf(source, cause));
    if (!cause || cause.type === "click") return source.click();
    source.dispatchEvent(new CustomEvent(cause.type, { bubbles: true }));
  }

  function submitterOf(form, cause) {
    const submitter = cause && cause.submitter;
    return submitter && submitter.form === form && !submitter.disabled ? submitter : undefined;
  }

  function element(name, css) {
    const made = document.createElement(name);
    if (css) made.className = css;
    return made;
  }

  function button(words, act) {
    const made = element("button", "quiet");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  function closeButton() {
    const made = button(alertRegion.dataset.close, () => {});
    made.dataset.dismiss = "";
    return made;
  }

  /* Messages go when they are closed, at the next answer, or after a while. */

  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-dismiss]");
    if (!close) return;
    close.closest(".toast").remove();
    document.getElementById("main").focus({ preventScroll: true });
  });

  const announce = document.getElementById("announce");
  if (announce) {
    new MutationObserver(waitAndRemove).observe(announce, { childList: true });
    waitAndRemove();
  }

  function waitAndRemove() {
    for (const toast of announce.querySelectorAll("[data-saved]:not([data-waits])")) {
      if (toast.querySelector("form")) continue;
      toast.dataset.waits = "";
      window.setTimeout(function leave() {
        if (toast.matches(":hover, :focus-within")) return window.setTimeout(leave, GONE_AFTER);
        toast.remove();
      }, GONE_AFTER);
    }
  }

  /* A plain form is sent once; htmx forms say hx-disabled-elt themselves. */

  document.addEventListener("submit", function (event) {
    const form = event.target;
    const isPlain = form.method === "post" && !form.matches("[hx-post], [data-hx-post], [data-resubmit]");
    if (!isPlain || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });

  window.addEventListener("pageshow", function () {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  /* Drop-downs close on Escape and on a click elsewhere. */

  document.addEventListener("keydown", function (event) {
    const open = event.key === "Escape" && event.target.closest("details[data-drop][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", function (event) {
    for (const open of document.querySelectorAll("details[data-drop][open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  /* Light or dark: kept in a cookie, so that the server draws the page in it and nothing flashes. */

  for (const choice of document.querySelectorAll("[data-theme-switch]")) {
    choice.hidden = false;
    choice.addEventListener("change", (event) => keepTheme(event.target.value));
  }

  function keepTheme(theme) {
    const age = theme ? 365 * 24 * 60 * 60 : 0;
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
    applyTheme(theme);
  }

  function applyTheme(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }

  // An error page is drawn without the request, so it learns the scheme here.
  if (document.body.classList.contains("page-error")) {
    const kept = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/);
    if (kept) applyTheme(kept[1]);
  }
})();
