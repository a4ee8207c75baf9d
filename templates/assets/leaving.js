"use strict";
// Goes on by itself: at once, or when every frame has loaded, but never later than in three seconds.
(() => {
  const onward = () => location.replace(document.getElementById("next").href);
  const frames = [...document.querySelectorAll(".frames iframe")];
  if (frames.length === 0) {
    onward();
    return;
  }
  const loaded = frames.map((frame) => new Promise((done) => frame.addEventListener("load", done)));
  const soon = new Promise((done) => setTimeout(done, 3000));
  Promise.race([Promise.all(loaded), soon]).then(onward);
})();
