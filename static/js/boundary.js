/**
 * Draws the boundary of one grid with Leaflet.draw (from django-leaflet), into a
 * text area that holds GeoJSON. Parent and neighbours lie under it, to draw along.
 * django-leaflet's own widget needs inline script, which our pages do not allow.
 */

const box = document.querySelector("[data-boundary]");
if (box && window.L?.Control?.Draw) start(box, window.L);

function start(box, L) {
  const words = box.dataset;
  const text = document.getElementById(words.boundary);
  const datum = document.getElementById(words.datum);
  translate(L, words);

  const map = L.map(box, { attributionControl: false, maxZoom: 19, minZoom: 5, zoomSnap: 0.25 });
  if (words.tiles) L.tileLayer(words.tiles).addTo(map);
  const around = L.geoJSON(JSON.parse(document.getElementById(words.around).textContent), {
    interactive: false,
    style: ({ properties }) => ({
      className: `boundary-${properties.role}`,
      color: properties.role === "parent" ? "#0b2a55" : "#5b6f8a",
      weight: properties.role === "parent" ? 3 : 1.5,
      dashArray: properties.role === "parent" ? "8 6" : null,
      fillOpacity: properties.role === "parent" ? 0 : 0.15,
    }),
    onEachFeature: ({ properties }, layer) => {
      if (properties.role === "sibling") tag(L, map, layer, properties.name);
    },
  }).addTo(map);

  const drawn = L.featureGroup().addTo(map);
  const show = () => {
    drawn.clearLayers();
    for (const part of parts(text.value)) drawn.addLayer(L.polygon(part, { color: "#b3261e", weight: 2.5 }));
  };
  show();
  map.addControl(
    new L.Control.Draw({
      draw: { polygon: { allowIntersection: false, showArea: false, shapeOptions: { color: "#b3261e", weight: 2.5 }, drawError: { message: words.textCrossing } }, polyline: false, rectangle: false, circle: false, marker: false, circlemarker: false },
      edit: { featureGroup: drawn, poly: { allowIntersection: false } },
    }),
  );
  map.on(L.Draw.Event.CREATED, ({ layer }) => {
    drawn.addLayer(layer);
    keep();
  });
  map.on(L.Draw.Event.EDITED, keep);
  map.on(L.Draw.Event.DELETED, keep);
  text.addEventListener("change", show);
  frame();
  new ResizeObserver(() => map.invalidateSize()).observe(box);

  function keep() {
    const polygons = drawn.getLayers().map((layer) => layer.toGeoJSON(7).geometry.coordinates);
    if (!polygons.length) text.value = "";
    else if (polygons.length === 1) text.value = JSON.stringify({ type: "Polygon", coordinates: polygons[0] });
    else text.value = JSON.stringify({ type: "MultiPolygon", coordinates: polygons });
    datum.value = "wgs84";
  }

  function frame() {
    const bounds = drawn.getLayers().length ? drawn.getBounds() : around.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [40, 40], maxZoom: 17 });
    else map.setView([35, 105], 5);
  }
}

/** Leaflet's latitude-longitude rings of each part; nothing for text that is no GeoJSON. */
function parts(text) {
  let geometry = null;
  try {
    geometry = JSON.parse(text);
  } catch {
    return [];
  }
  const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : (geometry?.coordinates ?? []);
  return polygons.map((rings) => rings.map((ring) => ring.slice(0, -1).map(([lng, lat]) => [lat, lng])));
}

function tag(L, map, layer, name) {
  const span = document.createElement("span");
  span.textContent = name;
  L.tooltip({ permanent: true, direction: "center", className: "map-label" }).setLatLng(layer.getBounds().getCenter()).setContent(span).addTo(map);
}

function translate(L, words) {
  const { draw, edit } = L.drawLocal;
  draw.toolbar.buttons.polygon = words.textPolygon;
  draw.toolbar.actions = { title: words.textCancel, text: words.textCancel };
  draw.toolbar.finish = { title: words.textFinish, text: words.textFinish };
  draw.toolbar.undo = { title: words.textUndo, text: words.textUndo };
  draw.handlers.polygon.tooltip = { start: words.textStart, cont: words.textNext, end: words.textEnd };
  draw.handlers.polyline.error = words.textCrossing;
  Object.assign(edit.toolbar.buttons, { edit: words.textEdit, editDisabled: words.textEdit, remove: words.textDelete, removeDisabled: words.textDelete });
  edit.toolbar.actions.save = { title: words.textSave, text: words.textSave };
  edit.toolbar.actions.cancel = { title: words.textCancel, text: words.textCancel };
  edit.toolbar.actions.clearAll = { title: words.textClear, text: words.textClear };
  edit.handlers.edit.tooltip = { text: words.textDrag, subtext: "" };
  edit.handlers.remove.tooltip = { text: words.textRemove };
}
