"use strict";
// Looks again while somebody has not answered: after one second, then ever more rarely, for half a minute.
(() => {
  let pause = 1000;
  const look = async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("receipts");
    const shown = document.getElementById("receipts");
    if (!now || !shown) {
      return;
    }
    if (now.textContent !== shown.textContent) {
      shown.replaceChildren(...now.childNodes);
      shown.dataset.pending = now.dataset.pending;
    }
    again();
  };
  const again = () => {
    if (document.getElementById("receipts")?.dataset.pending === "true" && pause < 16000) {
      setTimeout(look, pause);
      pause *= 2;
    }
  };
  again();
})();
