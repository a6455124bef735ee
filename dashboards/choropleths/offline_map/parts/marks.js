var SIGNS = { red: "●", yellow: "■", green: "▲", grey: "◇" };
function card(project) {
  var box = document.createElement("div");
  var title = document.createElement("b");
  title.textContent = project.name;
  var list = document.createElement("dl");
  project.lines.forEach(function (line) {
    [["dt", line[0]], ["dd", line[1]]].forEach(function (part) {
      var element = document.createElement(part[0]);
      element.textContent = part[1];
      list.appendChild(element);
    });
  });
  box.appendChild(title);
  box.appendChild(list);
  return box;
}
function sign(project) {
  var mark = document.createElement("i");
  mark.className = "mark light-" + (SIGNS[project.light] ? project.light : "none");
  mark.textContent = SIGNS[project.light] || "○";
  return mark;
}
projects.forEach(function (project) {
  var icon = L.divIcon({ html: sign(project), className: "spot", iconSize: [16, 16] });
  var order = { red: 400, yellow: 300, green: 100, grey: 50 }[project.light] || 0;
  L.marker([project.lat, project.lon], { icon: icon, title: project.name, alt: project.name, zIndexOffset: order }).bindPopup(card.bind(null, project)).addTo(map);
});
/* names of the units above the marks; where two would lie on one another the later one in official order waits for a closer look */
var pane = map.createPane("names");
pane.style.zIndex = 640;
pane.style.pointerEvents = "none";
var labels = names.map(function (place) {
  var text = document.createElement("span");
  text.textContent = place[0];
  var icon = L.divIcon({ html: text, className: "unit-name", iconSize: [0, 0] });
  L.marker([place[2], place[1]], { icon: icon, pane: "names", interactive: false, keyboard: false }).addTo(map);
  return text;
});
function spread() {
  var taken = [];
  labels.forEach(function (text) {
    text.hidden = false;
    var box = text.getBoundingClientRect();
    text.hidden = taken.some(function (other) {
      return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
    });
    if (!text.hidden) taken.push(box);
  });
}
map.on("zoomend resize", spread);
map.whenReady(spread);
var find = document.getElementById("find");
find.addEventListener("input", function () {
  var wanted = find.value.trim().toLowerCase();
  document.querySelectorAll("#projects tbody tr").forEach(function (row) {
    row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) === -1;
  });
});
