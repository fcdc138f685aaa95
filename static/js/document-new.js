// Says that a document is being read, where that takes longer than two seconds.
(function () {
  "use strict";

  const form = document.getElementById("document-new");
  const place = form && form.querySelector(".reading-now");
  if (!place) return;

  form.addEventListener("submit", function () {
    window.setTimeout(function () {
      if (!form.dataset.sent) return;
      place.textContent = place.dataset.said;
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", place.dataset.said);
      place.prepend(bar);
    }, 2000);
  });

  window.addEventListener("pageshow", () => { place.textContent = ""; });
})();
