// Keeps what is typed in <form data-draft="key"> in this browser, per user and form, until it is
// saved: a lost session, a lost network or a closed window lose no word.
//
// A draft is dropped when the answer after a submit carries a success message ([data-saved]), when
// its owner discards it or signs out, and after a week. It is put back only into a form that stands
// as it stood when the draft was begun; if the form's own values have changed meanwhile, it is
// offered and nothing is overwritten.
(function () {
  "use strict";

  const user = document.body.dataset.user;
  const PREFIX = "draft:";
  const SENT = "draft-sent";
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const UNKEPT = ["hidden", "password", "file", "submit", "button", "search"];

  if (!user || !canStore()) return;
  const own = PREFIX + user + ":";

  function canStore() {
    try {
      window.localStorage.setItem("draft-test", "1");
      window.localStorage.removeItem("draft-test");
      return true;
    } catch {
      return false;
    }
  }

  /* Values of a form, as a list of [name, value] in the order of the form. */

  function fieldsOf(form) {
    return [...form.elements].filter((field) => field.name && !UNKEPT.includes(field.type));
  }

  function isChoice(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function valuesOf(form) {
    return JSON.stringify(
      fieldsOf(form).map((field) => [field.name, isChoice(field) ? field.checked : field.value])
    );
  }

  // What the server sent, whatever the browser has put in since (it may restore fields itself).
  function sentValuesOf(form) {
    return JSON.stringify(
      fieldsOf(form).map((field) => [field.name, isChoice(field) ? field.defaultChecked : defaultOf(field)])
    );
  }

  function defaultOf(field) {
    if (field.tagName !== "SELECT") return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected) || field.options[0];
    return chosen ? chosen.value : "";
  }

  function fill(form, values) {
    const fields = fieldsOf(form);
    JSON.parse(values).forEach(function ([name, value], place) {
      const field = fields[place];
      if (!field || field.name !== name) return;
      if (isChoice(field)) field.checked = value;
      else field.value = value;
    });
    for (const field of fields) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Store */

  function read(form) {
    try {
      const draft = JSON.parse(window.localStorage.getItem(own + form.dataset.draft));
      return draft && Date.now() - draft.at < WEEK ? draft : null;
    } catch {
      return null;
    }
  }

  function keep(form) {
    const values = valuesOf(form);
    if (values === form.draftBase) return drop(form.dataset.draft);
    const draft = { base: form.draftBase, values: values, at: Date.now() };
    try {
      window.localStorage.setItem(own + form.dataset.draft, JSON.stringify(draft));
    } catch {
      // The browser's store is full: typing goes on, only without a net.
    }
  }

  function drop(key) {
    window.localStorage.removeItem(own + key);
  }

  function eachDraft(act) {
    for (const name of Object.keys(window.localStorage)) {
      if (name.startsWith(PREFIX)) act(name);
    }
  }

  function dropOld(name) {
    try {
      if (Date.now() - JSON.parse(window.localStorage.getItem(name)).at < WEEK) return;
    } catch {
      // Not ours or broken: it goes.
    }
    window.localStorage.removeItem(name);
  }

  /* A form comes into view: whole page or htmx swap. */

  function begin(form) {
    if (form.draftBase !== undefined) return;
    const draft = read(form);
    const isBound = "bound" in form.dataset; // drawn again with what was typed: that is the newest
    form.draftBase = isBound && draft ? draft.base : sentValuesOf(form);
    if (isBound || !draft || draft.values === sentValuesOf(form)) return;
    if (draft.base === form.draftBase) {
      fill(form, draft.values);
      notice(form, words.restored, [discardButton(form)]);
    } else {
      notice(form, words.changed, [restoreButton(form, draft), discardButton(form)]);
    }
  }

  const region = document.getElementById("draft-words");
  const words = region ? region.dataset : {};

  function notice(form, text, buttons) {
    const box = document.createElement("p");
    box.className = "notice restored";
    box.setAttribute("role", "status");
    const said = document.createElement("span");
    said.textContent = text;
    box.append(said, ...buttons);
    form.prepend(box);
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = label;
    made.addEventListener("click", function () {
      made.closest(".restored").remove();
      act();
    });
    return made;
  }

  function discardButton(form) {
    return button(words.discard, function () {
      drop(form.dataset.draft);
      form.reset();
      for (const field of fieldsOf(form)) field.dispatchEvent(new Event("change", { bubbles: true }));
      focusFirst(form);
    });
  }

  function restoreButton(form, draft) {
    return button(words.restore, function () {
      fill(form, draft.values);
      keep(form);
      focusFirst(form);
    });
  }

  function focusFirst(form) {
    const first = fieldsOf(form)[0];
    if (first) first.focus();
  }

  /* Typing, sending, saved */

  for (const name of ["input", "change"]) {
    document.addEventListener(name, function (event) {
      const form = event.target.form;
      if (form && form.draftBase !== undefined) keep(form);
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("[data-sign-out]")) return eachDraft(dropOwn);
    forgetSent();
    if (form.draftBase === undefined) return;
    keep(form);
    window.sessionStorage.setItem(SENT, own + form.dataset.draft);
  }, true);
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.draftBase === undefined) forgetSent();
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, forgetSent);
  }

  // Only the answer to this very submit may say that it was saved.
  function forgetSent() {
    window.sessionStorage.removeItem(SENT);
    for (const old of document.querySelectorAll("#announce [data-saved]")) old.removeAttribute("data-saved");
  }

  function dropOwn(name) {
    if (name.startsWith(own)) window.localStorage.removeItem(name);
  }

  function settle() {
    const sent = window.sessionStorage.getItem(SENT);
    if (!sent) return;
    if (document.querySelector("#announce [data-saved]")) window.localStorage.removeItem(sent);
    window.sessionStorage.removeItem(SENT);
  }

  function beginAll() {
    for (const form of document.querySelectorAll("form[data-draft]")) begin(form);
  }

  eachDraft(dropOld);
  settle();
  beginAll();
  document.addEventListener("htmx:afterSettle", function () {
    settle();
    beginAll();
  });
})();
