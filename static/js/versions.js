// Where two versions stand side by side: who goes on typing in a field means their own.
(function () {
  "use strict";

  for (const name of ["input", "change"]) {
    document.addEventListener(name, function (event) {
      const field = event.target;
      const isByScript = name === "change" && !event.isTrusted;
      if (isByScript || !field.form || !field.name || field.name.startsWith("keep-")) return;
      const block = field.name.split("-")[0];
      for (const key of [field.name, block]) {
        const choice = field.form.querySelector(`input[name="keep-${CSS.escape(key)}"][value=mine]`);
        if (choice) choice.checked = true;
      }
    });
  }
})();
