const params = new URLSearchParams(location.search);
const status = document.getElementById("status");

function show(name) {
  status.textContent = "Connected: " + name;
}

window.addEventListener("load", () => {
  const name = params.get("server") || "unknown";
  show(name);
});
