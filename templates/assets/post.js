// Sends the form of the POST binding by itself; without this script the button does.
document.getElementById("post-form").submit();
