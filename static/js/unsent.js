// Keeps what is typed in <form data-unsent="key"> in this browser, per user and form, until it is
// saved: a lost session, a lost network or a closed window lose no word.
//
// What was kept is dropped when the answer after a submit carries a success message ([data-saved]), when
// its owner discards it or signs out, when somebody else signs in with this browser, and after a
// week. It is put back only into a form that stands as it stood when somebody began to type; if the
// form's own values have changed meanwhile, it is offered and nothing is overwritten.
(function () {
  "use strict";

  const owner = document.querySelector("[data-user]");
  const user = owner && owner.dataset.user;
  const PREFIX = "draft:"; // as ever, or what was kept before an update would be lost
  const SENT = "unsent-sent";
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const SAVED = "#announce [data-saved], .messagelist .success";
  const UNKEPT = ["hidden", "password", "file", "submit", "button", "search"];

  // A browser may show a page once more without asking the server, even after signing out: it keeps
  // nothing that can be read, and asks.
  window.addEventListener("pagehide", function (event) {
    if (event.persisted && user) document.body.hidden = true;
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && user) window.location.reload();
  });

  // Two windows may show one copy of a page, but their forms are two, each sent once: so each has a
  // nonce of its own, and the server is told that copies do no harm. A refused form stays the same.
  function renewNonces() {
    const renewed = new Map();
    for (const field of document.querySelectorAll("form:not([data-bound]) > input[name=nonce]")) {
      if (!renewed.has(field.value)) renewed.set(field.value, newNonce());
      field.value = renewed.get(field.value);
    }
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `scripts=1; path=/; samesite=lax${secure}`;
  }

  if (user) renewNonces();

  if (!canStore()) return;
  const own = PREFIX + user + ":";

  function canStore() {
    try {
      window.localStorage.setItem("unsent-test", "1");
      window.localStorage.removeItem("unsent-test");
      return true;
    } catch {
      return false;
    }
  }

  /* Values of a form, as a list of [name, value] in the order of the form. */

  function fieldsOf(form) {
    return [...form.elements].filter((field) => isKept(field));
  }

  // Which run of a text is chosen, its page says in its address; there may be thousands.
  function isKept(field) {
    return field.name && !UNKEPT.includes(field.type) && !(field.type === "radio" && field.name === "run");
  }

  // Ticks of one name are told apart by what they stand for: the rows may be others meanwhile.
  function keyOf(field) {
    return isChoice(field) ? `${field.name}=${field.value}` : field.name;
  }

  function isChoice(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  // Which state a form was drawn from: it goes with the words, so that the server can compare.
  function versionsOf(form) {
    return [...form.elements].filter((field) => field.type === "hidden" && /(^|-)seen$/.test(field.name));
  }

  function valueOf(field) {
    if (isChoice(field)) return field.checked;
    return field.tagName === "SELECT" ? chosen([...field.selectedOptions]) : field.value;
  }

  // What the server sent, whatever the browser has put in since (it may restore fields itself).
  function sentValueOf(field) {
    if (isChoice(field)) return field.defaultChecked;
    if (field.tagName !== "SELECT") return field.defaultValue;
    const sent = [...field.options].filter((option) => option.defaultSelected);
    return chosen(sent.length || field.multiple ? sent : [...field.options].slice(0, 1));
  }

  // With their words: a field that searches holds only the choices that were made.
  function chosen(options) {
    return options.map((option) => [option.value, option.textContent.trim()]);
  }

  function valuesOf(form, value = valueOf, fields = fieldsOf(form)) {
    return JSON.stringify(fields.map((field) => [keyOf(field), value(field)]));
  }

  function sentValuesOf(form) {
    return valuesOf(form, sentValueOf);
  }

  // Rows that are ticked come and go with the list: they go with the words, and are none themselves.
  function wordsOf(form, value) {
    return valuesOf(form, value, fieldsOf(form).filter((field) => field.name !== "pick"));
  }

  // A browser never puts a file back: its name says what is to be chosen again.
  function filesOf(form) {
    const inputs = [...form.elements].filter((field) => field.type === "file");
    const chosen = inputs.flatMap((field) => [...field.files].map((file) => file.name));
    return chosen.length ? chosen : form.unsentFiles || [];
  }

  function fill(form, values) {
    const places = {};
    for (const [name, value] of JSON.parse(values)) {
      places[name] = (places[name] ?? -1) + 1;
      const field = fieldAt(form, name, places[name]);
      if (field) put(field, value);
    }
    for (const field of fieldsOf(form)) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function fieldAt(form, name, place) {
    const found = () => fieldsOf(form).filter((field) => keyOf(field) === name)[place];
    return found() || (/^\w+-\d+-/.test(name) && addRow(form, name) && found());
  }

  // A row that was added by hand is added again.
  function addRow(form, name) {
    const group = document.getElementById(`${name.split("-")[0]}-group`);
    const add = form.querySelector("[data-add-row]") || (group && group.querySelector(".add-row a"));
    if (!add) return false;
    add.click();
    return true;
  }

  function put(field, value) {
    if (isChoice(field)) field.checked = value;
    else if (field.tagName === "SELECT") choose(field, value);
    else field.value = value;
  }

  function choose(field, wanted) {
    if (!Array.isArray(wanted)) return;
    for (const [value, words] of wanted) {
      if (![...field.options].some((option) => option.value === value)) field.add(new Option(words, value));
    }
    for (const option of field.options) option.selected = wanted.some(([value]) => value === option.value);
  }

  /* Store */

  function read(form) {
    try {
      const kept = JSON.parse(window.localStorage.getItem(own + form.dataset.unsent));
      return kept && Date.now() - kept.at < WEEK ? kept : null;
    } catch {
      return null;
    }
  }

  function keep(form) {
    const values = valuesOf(form);
    const files = filesOf(form);
    if (wordsOf(form) === form.unsentBase && !files.length) return drop(form.dataset.unsent);
    const sent = changeNonce(form, values);
    const kept = { base: form.unsentBase, seen: form.unsentSeen, values, files, sent, at: Date.now() };
    try {
      window.localStorage.setItem(own + form.dataset.unsent, JSON.stringify(kept));
    } catch {
      // The browser's store is full: typing goes on, only without a net.
    }
  }

  // The same words sent once more are the same form, whatever became of the first try; other
  // words are another form. Returns the nonce under which these words were sent, if they were.
  function changeNonce(form, values) {
    if (!form.lastSent) return undefined;
    if (form.lastSent.values === values) return form.lastSent.nonce;
    form.elements.nonce.value = newNonce();
    form.lastSent = undefined;
    return undefined;
  }

  function newNonce() {
    const bytes = [...window.crypto.getRandomValues(new Uint8Array(16))];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
  }

  function noteSent(form, values, nonce) {
    const field = form.elements.nonce;
    if (!field || !nonce) return;
    field.value = nonce;
    form.lastSent = { values: values, nonce: nonce };
  }

  function drop(key) {
    window.localStorage.removeItem(own + key);
  }

  function eachUnsent(act) {
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
    if (form.unsentBase !== undefined) return;
    const kept = read(form);
    const isBound = "bound" in form.dataset; // drawn again with what was typed: that is the newest
    form.unsentBase = isBound && kept ? kept.base : wordsOf(form, sentValueOf);
    form.unsentSeen = versionsOf(form).map((field) => [field.name, field.value]);
    if (!kept) return keep(form); // words may be typed before this script ran, or before a swap settled
    if (isBound) return;
    form.unsentFiles = kept.files;
    const files = kept.files && kept.files.length ? ` ${words.files} ${kept.files.join(" · ")}` : "";
    if (kept.values === sentValuesOf(form) && !files) return noteSent(form, kept.values, kept.sent);
    if (kept.base === form.unsentBase) {
      fill(form, kept.values);
      noteSent(form, kept.values, kept.sent);
      notice(form, words.restored + files, [discardButton(form)]);
    } else {
      notice(form, words.changed + files, [restoreButton(form, kept), discardButton(form)]);
    }
  }

  const region = document.getElementById("unsent-words");
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
      drop(form.dataset.unsent);
      form.unsentFiles = [];
      form.reset();
      for (const field of fieldsOf(form)) field.dispatchEvent(new Event("change", { bubbles: true }));
      focusFirst(form);
    });
  }

  function restoreButton(form, kept) {
    return button(words.restore, function () {
      fill(form, kept.values);
      noteSent(form, kept.values, kept.sent);
      form.unsentSeen = kept.seen || form.unsentSeen;
      for (const [name, version] of form.unsentSeen) {
        if (form.elements[name]) form.elements[name].value = version;
      }
      keep(form);
      focusFirst(form);
    });
  }

  function focusFirst(form) {
    const first = fieldsOf(form)[0];
    if (first) first.focus();
  }

  /* Typing, sending, saved */

  // At the window: heard last, when every other script has ticked or filled what follows from it.
  for (const name of ["input", "change"]) {
    window.addEventListener(name, function (event) {
      const form = event.target.form;
      if (form && form.unsentBase !== undefined) keep(form);
    });
  }

  // The panel's search fields tell only jQuery of a choice.
  const jQuery = window.django && window.django.jQuery;
  if (jQuery) {
    jQuery(document).on("change", "select", function () {
      if (this.form && this.form.unsentBase !== undefined) keep(this.form);
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("[data-sign-out]")) return eachUnsent(dropOwn);
    forgetSent();
    if (form.unsentBase === undefined) return;
    if (form.elements.nonce) noteSent(form, valuesOf(form), form.elements.nonce.value);
    keep(form);
    window.sessionStorage.setItem(SENT, own + form.dataset.unsent);
  }, true);
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.unsentBase === undefined) forgetSent();
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
    if (document.querySelector(SAVED)) window.localStorage.removeItem(sent);
    window.sessionStorage.removeItem(SENT);
  }

  // Where the page draws the form's tag itself, as Django's panel does, a part of it says the key.
  function markForms() {
    for (const mark of document.querySelectorAll("[data-unsent-key]")) {
      mark.form.dataset.unsent = mark.dataset.unsentKey;
      if ("bound" in mark.dataset) mark.form.dataset.bound = "";
    }
  }

  function beginAll() {
    markForms();
    for (const form of document.querySelectorAll("form[data-unsent]")) begin(form);
  }

  function dropOthers(name) {
    if (!name.startsWith(own)) window.localStorage.removeItem(name);
  }

  eachUnsent(dropOld);
  if (user) eachUnsent(dropOthers);
  settle();
  if (!user) return;
  // Last of all scripts: a row that was added by hand is added again by theirs.
  if (jQuery) jQuery(beginAll);
  else document.addEventListener("DOMContentLoaded", beginAll);
  document.addEventListener("htmx:afterSettle", function () {
    settle();
    beginAll();
  });
  // A script has put other fields into a form: what they hold now is what the server sent.
  document.addEventListener("unsent:again", function (event) {
    event.target.unsentBase = wordsOf(event.target, sentValueOf);
  });
})();
