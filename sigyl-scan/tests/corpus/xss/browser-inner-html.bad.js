const params = new URLSearchParams(location.search);
const status = document.getElementById("status");

function show(name) {
  status.innerHTML = "<b>Connected:</b> " + name;
}

window.addEventListener("load", () => {
  const name = params.get("server") || "unknown";
  show(name);
});
