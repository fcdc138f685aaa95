// Wall mode: turns the screens, fits each to the wall, asks now and then whether anything is new.
// Without this script, and on a phone, the screens stand one below the other.
(function () {
  "use strict";

  const ASK_EVERY = 30000; // milliseconds between two questions to the server
  const IDLE_AFTER = 4000; // milliseconds without a hand on it, then the bar and the pointer hide
  const LEAST = 6; // pixels: below it nothing is made smaller to fit

  const wall = document.querySelector("[data-wall]");
  if (!wall || window.matchMedia("(max-width: 48rem)").matches) return;
  const words = wall.dataset;
  const part = (name) => wall.querySelector(`[data-${name}]`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  let place = 0;
  let isPaused = calm.matches;
  let turning = null;
  let checkedAt = Date.now();
  let lostSince = null;
  let isSignedOut = false;

  /* One screen at a time */

  function screens() {
    return [...wall.querySelectorAll("[data-screen]")];
  }

  function show(wanted) {
    const all = screens();
    place = (wanted + all.length) % all.length;
    all.forEach((screen, at) => (screen.hidden = at !== place));
    part("place").textContent = `${place + 1} / ${all.length}`;
    fit(all[place]);
  }

  // As large as the wall allows: the size is halved into place, each step one layout.
  function fit(screen) {
    const holds = () =>
      screen.scrollHeight <= screen.clientHeight + 1 && screen.scrollWidth <= screen.clientWidth + 1;
    let small = LEAST;
    let large = Math.max(screen.clientHeight / 12, LEAST);
    for (let step = 0; step < 12; step++) {
      const size = (small + large) / 2;
      screen.style.fontSize = `${size}px`;
      if (holds()) small = size;
      else large = size;
    }
    screen.style.fontSize = `${Math.floor(small * 10) / 10}px`;
  }

  function turn(by) {
    show(place + by);
    wait();
  }

  function wait() {
    window.clearTimeout(turning);
    if (!isPaused) turning = window.setTimeout(() => turn(1), 1000 * part("interval").value);
  }

  function pause(wanted) {
    isPaused = wanted;
    const button = part("pause");
    button.textContent = isPaused ? button.dataset.go : button.dataset.stop;
    wait();
  }

  /* Is anything new? */

  async function ask() {
    try {
      const version = part("version").dataset.version;
      const address = `${words.state}?version=${encodeURIComponent(version)}`;
      const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status !== 204 || lostSince || isSignedOut) await renew();
      checkedAt = Date.now();
      lostSince = null;
      isSignedOut = false;
    } catch {
      lostSince = lostSince || new Date();
    }
    say();
  }

  async function renew() {
    const answer = await fetch(window.location.href, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("screens");
    if (!fresh) throw new Error("no screens");
    document.getElementById("screens").replaceWith(fresh);
    show(place);
  }

  function signedOut() {
    isSignedOut = true;
    lostSince = null;
    say();
  }

  function say() {
    part("as-of").innerHTML = wall.querySelector(".as-of").innerHTML;
    part("fresh").textContent = ago(Math.floor((Date.now() - checkedAt) / 60000));
    const trouble = part("trouble");
    const said = isSignedOut ? words.signedOut : lostSince ? words.lost.replace("#", time(lostSince)) : "";
    wall.classList.toggle("is-old", Boolean(said));
    if (trouble.textContent === said) return;
    trouble.textContent = "";
    if (!said) return;
    const text = document.createElement(isSignedOut ? "a" : "span");
    if (isSignedOut) text.href = words.again;
    text.textContent = said;
    trouble.append(text);
  }

  function ago(minutes) {
    if (minutes < 1) return words.just;
    return minutes === 1 ? words.minute : words.minutes.replace("#", minutes);
  }

  function time(moment) {
    return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }

  /* Full screen, and a screen that does not go to sleep */

  async function full() {
    if (document.fullscreenElement) return document.exitFullscreen();
    await wall.requestFullscreen();
  }

  async function stayAwake() {
    try {
      if (document.fullscreenElement && navigator.wakeLock) await navigator.wakeLock.request("screen");
    } catch {
      // Asked for when the page is hidden, or refused: the display's own setting rules.
    }
  }

  document.addEventListener("fullscreenchange", function () {
    const button = part("full");
    button.textContent = document.fullscreenElement ? button.dataset.leave : button.dataset.enter;
    stayAwake();
    touched();
  });

  let idle = null;
  function touched() {
    wall.classList.remove("is-idle");
    window.clearTimeout(idle);
    if (document.fullscreenElement) idle = window.setTimeout(() => wall.classList.add("is-idle"), IDLE_AFTER);
  }

  /* What hands can do */

  wall.addEventListener("click", function (event) {
    const control = event.target.closest("button");
    if (!control) return;
    if (control.dataset.turn) turn(Number(control.dataset.turn));
    else if ("pause" in control.dataset) pause(!isPaused);
    else if ("full" in control.dataset) full();
  });

  // A presenter's remote sends page keys; arrows are left to the list of seconds.
  document.addEventListener("keydown", function (event) {
    if (event.target.closest("select, input") || event.ctrlKey || event.altKey || event.metaKey) return;
    const by = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    turn(by);
  });

  for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
    document.addEventListener(name, touched, { passive: true });
  }

  const interval = part("interval");
  interval.addEventListener("change", function () {
    keep(interval.value);
    wait();
  });

  function keep(seconds) {
    try {
      window.localStorage.setItem("wall-interval", seconds);
    } catch {
      // No store: the choice lasts as long as the page.
    }
  }

  function kept() {
    try {
      return window.localStorage.getItem("wall-interval");
    } catch {
      return null;
    }
  }

  /* Begin */

  if ([...interval.options].some((option) => option.value === kept())) interval.value = kept();
  part("controls").hidden = false;
  part("full").hidden = !document.fullscreenEnabled;
  document.body.classList.add("is-turning");
  new ResizeObserver(() => show(place)).observe(wall);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    stayAwake();
    ask();
  });
  window.setInterval(() => document.hidden || ask(), ASK_EVERY);
  calm.addEventListener("change", () => calm.matches && pause(true));
  show(0);
  pause(isPaused);
  say();
})();
