// Moves on by itself; without this script the link does.
location.replace(document.getElementById("next").href);
