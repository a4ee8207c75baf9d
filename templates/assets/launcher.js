// Search as you type. Without this script the launcher still shows every tile.
const search = document.getElementById("search");
const tiles = Array.from(document.querySelectorAll("#apps li[data-search]"));

function filter() {
  const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const tile of tiles) {
    tile.hidden = !words.every((word) => tile.dataset.search.includes(word));
  }
  for (const category of document.querySelectorAll(".category")) {
    category.hidden = !category.querySelector("li[data-search]:not([hidden])");
  }
  document.getElementById("no-match").hidden = tiles.length === 0 || tiles.some((tile) => !tile.hidden);
}

search.addEventListener("input", filter);
search.addEventListener("keydown", (event) => {
  const first = tiles.find((tile) => !tile.hidden);
  if (event.key === "Enter" && search.value.trim() && first) {
    first.querySelector("a").click();
  } else if (event.key === "Escape") {
    search.value = "";
    filter();
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});
