// Goes on by itself: at once, or when every frame has loaded, but never later than in three seconds.
const frames = document.querySelectorAll(".frames iframe");
let waitingFor = frames.length;

function onward() {
  location.replace(document.getElementById("next").href);
}

function loaded() {
  waitingFor -= 1;
  if (waitingFor <= 0) {
    onward();
  }
}

if (frames.length === 0) {
  onward();
} else {
  frames.forEach((frame) => frame.addEventListener("load", loaded));
  setTimeout(onward, 3000);
}
