// The menu behind the person's name closes on Escape and on a click beside it. Without this script it opens and closes all the same.
const who = document.getElementById("who");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && who.open) {
    who.open = false;
    who.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  if (who.open && !who.contains(event.target)) {
    who.open = false;
  }
});
