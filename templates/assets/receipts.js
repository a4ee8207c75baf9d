// Looks again while somebody has not answered: after one second, then ever more rarely, for half a minute.
let pause = 1000;

function show(html) {
  const now = new DOMParser().parseFromString(html, "text/html").getElementById("receipts");
  const shown = document.getElementById("receipts");
  if (now && now.textContent !== shown.textContent) {
    shown.innerHTML = now.innerHTML;
  }
  if (now) {
    shown.dataset.pending = now.dataset.pending;
    lookAgain();
  }
}

function lookAgain() {
  const shown = document.getElementById("receipts");
  if (shown && shown.dataset.pending === "true" && pause < 32000) {
    setTimeout(() => fetch(location.href).then((answer) => answer.text()).then(show), pause);
    pause *= 2;
  }
}

lookAgain();
