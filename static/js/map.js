/**
 * Maps from the GeoJSON in the page: boundaries as lines with names, points as
 * marks that carry colour and letter, close ones counted together. A base layer
 * is drawn only if the installation has one; without it the map is still useful.
 */

const CELL = 56;
const WORDS = { red: "textMajor", major: "textMajor", orange: "textLarger", blue: "textLow" };
const COLOURS = { red: "#e02020", orange: "#ff7a00", yellow: "#f5c400", blue: "#2f7df6", unrated: "#9aa0a6" };
const WORST_FIRST = ["major", "red", "orange", "yellow", "general", "blue", "unrated"];

for (const box of document.querySelectorAll("[data-map]")) draw(box);
document.addEventListener("htmx:load", (event) => {
  for (const box of event.target.querySelectorAll?.("[data-map]") ?? []) draw(box);
});

async function draw(box) {
  const L = window.L;
  if (!L || box.dataset.drawn) return;
  box.dataset.drawn = "1";
  const features = await featuresOf(box);
  box.replaceChildren();
  const areas = features.filter((feature) => /Polygon$/.test(feature.geometry?.type ?? ""));
  const points = features.filter((feature) => feature.geometry?.type === "Point");

  const map = L.map(box, { zoomControl: false, attributionControl: Boolean(box.dataset.tiles), maxZoom: 18, minZoom: 5, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: box.dataset.textZoomIn, zoomOutTitle: box.dataset.textZoomOut }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution }).addTo(map);

  // Names lie under the marks.
  map.createPane("names").style.zIndex = "450";
  const boundaries = drawAreas(L, map, areas);
  const marks = L.layerGroup().addTo(map);
  frame(L, map, box, boundaries, points);
  const redraw = () => drawPoints(L, map, marks, points, box);
  map.on("zoomend", redraw);
  redraw();
  if (box.dataset.latInput) pick(L, map, box);
  new ResizeObserver(() => map.invalidateSize()).observe(box);
}

/** From the page itself, or from an address of ours where there are many. */
async function featuresOf(box) {
  const source = document.getElementById(box.dataset.source);
  const given = source && JSON.parse(source.textContent);
  if (given) return given.features;
  if (!box.dataset.url) return [];
  try {
    const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
    return answer.ok ? unpacked(await answer.json()) : [];
  } catch {
    return []; // no connection: an empty map, and the figures still stand beside it
  }
}

/** Points come as short rows, with what they share said once (portal/reports/board.py). */
function unpacked({ areas, address, states, late, points }) {
  const marks = points.map(([lng, lat, key, title, where, due, state, flags]) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lng, lat] },
    properties: {
      title,
      url: address.replace("{}", key),
      level: flags & 2 ? "major" : flags & 1 ? "orange" : "general",
      mark: flags & 1 ? late : undefined,
      text: [states[state], where, due].filter(Boolean).join(" · "),
    },
  }));
  return [...areas, ...marks];
}

function drawAreas(L, map, areas) {
  return L.geoJSON(areas, {
    style: ({ properties }) => ({
      color: "#5b6f8a",
      weight: 1.5,
      fillColor: COLOURS[properties.level] ?? "#ffffff",
      fillOpacity: properties.level ? 0.28 : 0.65,
    }),
    onEachFeature: ({ properties }, layer) => {
      if (properties.name) nameTag(L, properties.name, layer.getBounds()).addTo(map);
      if (properties.url) layer.on("click", () => location.assign(properties.url));
    },
  }).addTo(map);
}

/** The name stands in the upper part of its area, where marks hide it less. */
function nameTag(L, name, bounds) {
  const height = bounds.getNorth() - bounds.getSouth();
  return L.tooltip({ permanent: true, direction: "center", className: "map-label", pane: "names" })
    .setLatLng([bounds.getNorth() - height * 0.12, bounds.getCenter().lng])
    .setContent(text(name));
}

function frame(L, map, box, boundaries, points) {
  const bounds = L.latLngBounds(points.map(place));
  if (boundaries.getLayers().length) bounds.extend(boundaries.getBounds());
  if (bounds.isValid()) {
    map.fitBounds(bounds, { padding: [16, 16], maxZoom: 16 });
  } else {
    const [lat, lng] = (box.dataset.center ?? "35.0,105.0").split(",").map(Number);
    map.setView([lat, lng], Number(box.dataset.zoom) || 10);
  }
}

function place({ geometry: { coordinates } }) {
  return [coordinates[1], coordinates[0]];
}

/** Points in one cell of a pixel grid are one mark: enough for some thousand. */
function drawPoints(L, map, marks, points, box) {
  const cells = new Map();
  const zoom = map.getZoom();
  for (const point of points) {
    const pixel = map.project(place(point), zoom);
    const key = `${Math.floor(pixel.x / CELL)}:${Math.floor(pixel.y / CELL)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(point);
  }
  marks.clearLayers();
  for (const group of cells.values()) {
    const far = group.length > 1 && zoom < map.getMaxZoom();
    marks.addLayer(far ? groupMark(L, map, group, box) : singleMark(L, group, box));
  }
}

function groupMark(L, map, group, box) {
  const bounds = L.latLngBounds(group.map(place));
  const size = group.length < 10 ? 34 : group.length < 100 ? 40 : 48;
  const icon = L.divIcon({
    className: `map-mark map-group map-group-${worst(group)}`,
    iconSize: [size, size],
    html: text(String(group.length)),
  });
  return L.marker(bounds.getCenter(), { icon, title: `${group.length} ${box.dataset.textPoints}`, alt: `${group.length} ${box.dataset.textPoints}` }).on(
    "click",
    () => map.fitBounds(bounds, { padding: [48, 48], maxZoom: Math.min(map.getZoom() + 4, 18) }),
  );
}

function singleMark(L, group, box) {
  const { properties } = group[0];
  const level = worst(group);
  const icon = L.divIcon({
    className: `map-mark map-mark-${level}`,
    iconSize: [28, 28],
    html: text(group.length > 1 ? String(group.length) : (properties.mark ?? letter(level, box))),
  });
  return L.marker(place(group[0]), { icon, title: properties.title ?? "", alt: properties.title ?? "" }).bindPopup(() => popup(group), { maxHeight: 260 });
}

/** The first letter of the level's word; the common one has a plain mark. */
function letter(level, box) {
  return box.dataset[WORDS[level]]?.[0] ?? (level === "unrated" ? "?" : "!");
}

function worst(group) {
  return WORST_FIRST.find((level) => group.some(({ properties }) => properties.level === level)) ?? "unrated";
}

/** Built from nodes: what people typed is never read as markup. */
function popup(group) {
  const list = document.createElement("div");
  for (const { properties } of group) {
    const line = document.createElement("p");
    const title = document.createElement(properties.url ? "a" : "strong");
    if (properties.url) title.href = properties.url;
    title.textContent = properties.title ?? "";
    line.append(title);
    if (properties.text) line.append(document.createElement("br"), properties.text);
    list.append(line);
  }
  return list;
}

function text(words) {
  const span = document.createElement("span");
  span.textContent = words;
  return span;
}

/** A tap sets the position in the form; typing there moves the mark. */
function pick(L, map, box) {
  const lat = document.getElementById(box.dataset.latInput);
  const lng = document.getElementById(box.dataset.lngInput);
  let mark = null;
  const show = () => {
    if (!lat.value || !lng.value) return;
    const at = [Number(lat.value), Number(lng.value)];
    const icon = L.divIcon({ className: "map-mark map-mark-blue", iconSize: [28, 28], html: text("✓") });
    if (mark) mark.setLatLng(at);
    else mark = L.marker(at, { icon, keyboard: false }).addTo(map);
    if (!map.getBounds().contains(at)) map.setView(at, Math.max(map.getZoom(), 14));
  };
  map.on("click", ({ latlng }) => {
    lat.value = latlng.lat.toFixed(6);
    lng.value = latlng.lng.toFixed(6);
    box.dispatchEvent(new Event("map:picked", { bubbles: true }));
    for (const input of [lat, lng]) input.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  });
  for (const input of [lat, lng]) input.addEventListener("change", show);
  show();
}
