// Correcting what was read: keys and clicks on the runs of a text. Each act is sent by itself, in the order in
// which it was made, and the answer holds only what looks otherwise. Without this script the page is a plain form.
(function () {
  "use strict";

  if (!window.htmx || !document.getElementById("reading")) return;

  const KEYS = { 1: "title", 2: "premise", 3: "action", 4: "goal", 0: "none", 5: "split", 6: "join" };
  const FACTS = ["words", "lead", "supporting", "due", "amounts"];
  const HEADS = ["title", "year", "start", "end"];
  const waiting = [];
  let form, tools, edit, desk, acts, cutField; // the page's own, found anew when it was drawn anew
  let failed = null;
  let busy = false;
  let last = null; // the button that leads away, pressed while acts were still under way
  let leads = false; // whether the answer says which run is chosen: what was undone is looked at
  let at = ""; // where the chosen run begins

  /* The chosen run: tools below its paragraph, its fields beside it. */

  function radioOf(start) {
    return document.getElementById(`r${start}`);
  }

  function choose(start, focus) {
    const radio = radioOf(start);
    if (!radio) return park();
    if (at !== start) sendTyped();
    unmark();
    at = start;
    radio.checked = true;
    const run = radio.closest(".run");
    const folded = radio.closest("details");
    if (folded) folded.open = true;
    run.classList.add("at");
    run.closest(".sentence").after(tools);
    fillTools(run);
    fillEdit(start);
    if (focus) radio.focus({ preventScroll: true });
    keepInSight(run);
    const address = new URL(window.location.href);
    address.searchParams.set("at", start);
    address.hash = "";
    window.history.replaceState(window.history.state, "", address);
  }

  function unmark() {
    setCut(0);
    for (const old of form.querySelectorAll(".run.at")) old.classList.remove("at");
    for (const old of form.querySelectorAll(".took .open")) old.classList.remove("open");
  }

  function park() {
    at = "";
    desk.append(tools, edit);
  }

  function kindOf(run) {
    return [...run.classList].find((name) => Object.values(KEYS).includes(name));
  }

  function wordsOf(run) {
    return [...run.querySelectorAll(".words")].map((part) => part.textContent).join("");
  }

  function fillTools(run) {
    const words = wordsOf(run);
    document.getElementById("tools-words").textContent = words;
    cutField.max = Math.max(1, [...words].length - 1);
    cutField.value = "";
    for (const button of tools.querySelectorAll(".joined button[value]")) {
      if (button.value === kindOf(run)) button.setAttribute("aria-pressed", "true");
      else button.removeAttribute("aria-pressed");
    }
  }

  function fillEdit(start) {
    const item = document.getElementById(`i${start}`);
    edit.querySelector("[name=edit]").value = item ? start : "";
    if (!item) return desk.append(edit);
    const isAction = item.classList.contains("action");
    const values = { ...item.dataset, words: item.querySelector(".own-words").textContent };
    for (const name of FACTS) {
      const field = edit.querySelector(`[data-name=${name}]`);
      const was = edit.querySelector(`[data-was=${name}]`);
      if (field.name !== `${name}-${start}` || was.value !== (values[name] || "")) {
        field.name = `${name}-${start}`;
        was.name = `was-${name}-${start}`;
        field.value = field.defaultValue = was.value = values[name] || "";
      }
      field.closest("p").hidden = name !== "words" && !isAction;
    }
    edit.querySelector(".no").textContent = item.querySelector(".no").textContent;
    const kind = ["title", "action", "premise", "goal"].find((name) => item.classList.contains(name));
    edit.querySelector("[value=up]").disabled = !canMove(item, kind, "previousElementSibling");
    edit.querySelector("[value=down]").disabled = !canMove(item, kind, "nextElementSibling");
    item.append(edit);
    item.classList.add("open");
    if (form.unsentBase !== undefined) form.dispatchEvent(new CustomEvent("unsent:again", { bubbles: true }));
  }

  function canMove(item, kind, way) {
    if (kind === "title") {
      let row = item.closest(".row")[way];
      while (row && !row.matches(".row")) row = row[way];
      return Boolean(row);
    }
    return kind === "action" && Boolean(item[way]) && item[way].classList.contains("action");
  }

  function keepInSight(run) {
    const box = run.getBoundingClientRect();
    const bar = form.querySelector(".finish").offsetHeight;
    if (box.top < 60 || box.bottom > window.innerHeight - bar - 20) run.scrollIntoView({ block: "center" });
  }

  /* The cut: a place in the words of the chosen run. */

  function setCut(place) {
    const old = form.querySelector(".run .cut");
    if (old) {
      const words = old.parentElement;
      old.remove();
      words.normalize();
    }
    const run = at && radioOf(at) && radioOf(at).closest(".run");
    if (!run || place < 1) return;
    const most = [...wordsOf(run)].length - 1;
    const cut = Math.min(place, most);
    cutField.value = cut;
    let left = cut;
    for (const part of run.querySelectorAll(".words")) {
      const letters = [...part.textContent];
      if (left <= letters.length) {
        const mark = document.createElement("i");
        mark.className = "cut";
        part.textContent = "";
        part.append(letters.slice(0, left).join(""), mark, letters.slice(left).join(""));
        return;
      }
      left -= letters.length;
    }
  }

  function moveCut(by) {
    if (!at) return;
    const most = Number(cutField.max);
    const now = Number(cutField.value) || Math.ceil((most + 1) / 2) - by;
    setCut(Math.max(1, Math.min(most, now + by)));
  }

  /* Acts, one after the other. */

  function send(act, values = {}) {
    waiting.push({ act, run: at, cut: cutField.value, ...values });
    next();
  }

  // Words that were typed beside a run go to the server before anything else is done there.
  function sendTyped() {
    const start = edit.querySelector("[name=edit]").value;
    if (!start || !isTyped()) return;
    const values = { act: "words", run: start, edit: start };
    for (const field of edit.querySelectorAll("[data-name], [data-was]")) values[field.name] = field.value;
    for (const name of FACTS) {
      edit.querySelector(`[data-was=${name}]`).value = edit.querySelector(`[data-name=${name}]`).value;
    }
    waiting.push(values);
    next();
  }

  function isTyped() {
    return FACTS.some((name) => {
      const field = edit.querySelector(`[data-name=${name}]`);
      return !field.closest("p").hidden && field.value !== edit.querySelector(`[data-was=${name}]`).value;
    });
  }

  async function next() {
    if (busy) return;
    if (!waiting.length) return finish();
    busy = true;
    const sent = waiting.shift();
    for (const name of HEADS) sent[name] = form.elements[name].value;
    sent.seen = document.getElementById("seen").value;
    sent.csrfmiddlewaretoken = form.querySelector("[name=csrfmiddlewaretoken]").value;
    failed = sent;
    leads = sent.act === "undo";
    window.sessionStorage.setItem("unsent-sent", `draft:${document.body.dataset.user}:${form.dataset.unsent}`);
    form.setAttribute("aria-busy", "true");
    try {
      await window.htmx.ajax("POST", form.getAttribute("action"), { source: acts, target: acts, swap: "none", values: sent });
    } catch {
      // The message with its way to try again is shown by what shows all of them.
    }
    form.removeAttribute("aria-busy");
    busy = false;
    next();
  }

  function finish() {
    if (last) last.click();
    last = null;
  }

  // What was sent is what stands now; what was typed since is kept anew.
  function stored(sent) {
    for (const name of HEADS) form.elements[name].defaultValue = sent[name];
  }


  // “Try again” presses the element that sent.
  function again() {
    if (!failed || busy) return;
    waiting.unshift(failed);
    next();
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, function (event) {
      if (event.detail.elt !== acts) return;
      waiting.length = 0;
      last = null;
    });
  }

  let focused = "";
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.elt !== acts) return;
    if (event.detail.xhr.status === 200) stored(failed);
    failed = null;
    const active = document.activeElement;
    focused = active && (tools.contains(active) || edit.contains(active)) ? active : "";
    if (active && active.matches("[name=run]")) focused = "run";
    desk.append(tools, edit);
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    if (document.getElementById("reading") !== form) return begin(); // somebody was faster: all is new
    if (event.detail.requestConfig && event.detail.requestConfig.elt === acts) settle();
  });
  // Nothing is swapped into the sender itself, so its settling says nothing of the other parts.
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt === acts && document.getElementById("reading") === form) settle();
  });

  function settle() {
    const named = document.getElementById("seen").dataset.at;
    at = at && radioOf(at) && !leads ? at : named;
    leads = false;
    if (!radioOf(at)) return park();
    choose(at, focused === "run");
    if (focused && focused !== "run" && focused.isConnected) focused.focus({ preventScroll: true });
  }

  function submitted(event) {
    const button = event.submitter;
    const leads = button && button.hasAttribute("formaction");
    if (leads && !busy && !waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (leads) return void (last = button); // first what was done before it
    const act = button ? button.value : "keep";
    if (act.startsWith("unit-")) return chooseUnit(act.slice(5));
    sendTyped();
    if (act !== "words") send(act);
  }

  function chooseUnit(number) {
    const names = [`unit-${number}`, `name-${number}`];
    const values = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    const same = waiting.concat(busy ? [failed] : []).some((one) => one && one[names[1]] === values[names[1]]);
    if (!same) send(`unit-${number}`, values); // leaving the field and pressing the button are one
  }

  // Years that agreed go on agreeing: those of the title, of the plan and of its days (guessing.py).
  function follow() {
    const [title, year, start, end] = HEADS.map((name) => form.elements[name]);
    const was = year.defaultValue;
    const named = (words) => (words.match(/(?:^|[^0-9])([0-9]{4})\s*年/) || [])[1];
    const isSame = (field) => field.value === field.defaultValue;
    if (isSame(year) && named(title.defaultValue) === was) year.value = named(title.value) || was;
    if (isSame(year) || !/^[0-9]{4}$/.test(year.value)) return;
    if (isSame(title)) title.value = title.value.replace(was, year.value);
    const isWhole = start.value === `${was}-01-01` && end.value === `${was}-12-31`;
    if (!isWhole || !isSame(start) || !isSame(end)) return;
    start.value = `${year.value}-01-01`;
    end.value = `${year.value}-12-31`;
  }

  // The heads are stored as soon as one of them is left.
  function left(event) {
    if (event.target.name === "run") choose(event.target.value);
    else if (/^unit-/.test(event.target.name) && event.target.value) chooseUnit(event.target.name.slice(5));
    else if (HEADS.includes(event.target.name) && event.target.value !== event.target.defaultValue) {
      follow();
      send("keep");
    }
  }

  function led(event) {
    const link = event.target.closest("a[data-run]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset.run, true);
  }

  /* Keys: digits, because an input method swallows letters. */

  function isWriting(target) {
    return target.matches("textarea, select, input:not([type=radio])") || target.isContentEditable;
  }

  function step(by) {
    const runs = [...form.elements.run].filter((radio) => !radio.closest("details:not([open])"));
    const now = runs.indexOf(at ? radioOf(at) : null);
    const to = runs[now < 0 ? 0 : Math.max(0, Math.min(runs.length - 1, now + by))];
    if (to) choose(to.value, true);
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (isWriting(event.target)) return inField(event);
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z") return take(event, () => send("undo"));
    if (control || event.altKey) return;
    const arrow = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const onRun = event.target.matches("[name=run]");
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (arrow && event.shiftKey && sideways && at) return take(event, () => moveCut(arrow));
    if (arrow && !event.shiftKey && (onRun || sideways)) return take(event, () => step(arrow));
    if (event.shiftKey || !at) return;
    if (event.key in KEYS) return take(event, () => act(KEYS[event.key]));
    if (event.key === "Enter" && onRun) return take(event, reword);
  });

  // Ctrl+Enter sends the form one writes in; here that is to make the plan.
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter" || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector(".finish .primary").click();
  }, true);

  function take(event, what) {
    event.preventDefault();
    what();
  }

  function act(name) {
    sendTyped();
    send(name);
  }

  function reword() {
    const words = edit.querySelector("[data-name=words]");
    if (!edit.closest(".took")) return;
    words.focus();
    words.select();
  }

  function inField(event) {
    if (event.key === "Escape" && at && edit.contains(event.target)) {
      return take(event, function () {
        for (const name of FACTS) {
          edit.querySelector(`[data-name=${name}]`).value = edit.querySelector(`[data-was=${name}]`).value;
        }
        event.target.dispatchEvent(new Event("input", { bubbles: true }));
        radioOf(at).focus();
      });
    }
    const isLine = event.target.matches("input");
    if (event.key === "Enter" && !event.shiftKey && (edit.contains(event.target) || event.target === cutField)) {
      return take(event, function () {
        if (event.target === cutField) return send("split");
        sendTyped();
        radioOf(at).focus();
      });
    }
    if (event.key === "Enter" && isLine && /^unit-/.test(event.target.name)) {
      take(event, () => event.target.parentElement.querySelector("button").click());
    }
  }

  /* As the page came. */

  function begin() {
    const byId = (id) => document.getElementById(id);
    [form, tools, edit, desk, acts, cutField] = ["reading", "tools", "edit", "desk", "acts", "cut"].map(byId);
    if (!form) return;
    waiting.length = 0;
    failed = null;
    at = "";
    acts.unsentBase = null; // the words of the form go with it, so its answer may say that they are saved
    acts.addEventListener("click", again);
    cutField.addEventListener("input", () => setCut(Number(cutField.value) || 0));
    form.addEventListener("submit", submitted, true);
    form.addEventListener("change", left);
    form.addEventListener("click", led);
    const chosen = form.querySelector("[name=run]:checked");
    if (chosen) choose(chosen.value);
    else park();
    for (const field of form.elements) {
      const wasTyped = field.name !== "run" && field.value !== field.defaultValue;
      if (wasTyped && field !== document.activeElement) left({ target: field }); // before this script came
    }
  }

  begin();
})();
