/**
 * Says which grid a position lies in, as soon as there is one: taken from the
 * device, typed, or picked on the map. Where it lies in none, the nearest is named
 * with its distance, to be checked. An empty choice of the grid is filled in.
 */

for (const line of document.querySelectorAll("[data-locate]")) start(line);

function start(line) {
  const form = line.closest("form");
  const input = (name) => document.getElementById(line.dataset[name] ?? "");
  const [lat, lng, datum, place] = ["latInput", "lngInput", "datumInput", "placeInput"].map(input);
  let asked = 0;

  form.addEventListener("position:taken", ({ detail }) => ask(detail.longitude, detail.latitude, "wgs84"));
  for (const field of [lat, lng, datum]) {
    field?.addEventListener("change", () => {
      if (lat.value && lng.value) ask(lng.value, lat.value, datum?.value ?? "wgs84");
      else line.hidden = true;
    });
  }
  // A point on our map is WGS 84, whatever was chosen for typed numbers.
  form.addEventListener("map:picked", () => {
    if (datum) datum.value = "wgs84";
  });

  async function ask(longitude, latitude, system) {
    asked += 1;
    const mine = asked;
    const url = new URL(line.dataset.locate, location.href);
    url.search = new URLSearchParams({ lng: longitude, lat: latitude, datum: system });
    let found = null;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const told = await answer.json(); // read in full, or the browser keeps the request open
      if (answer.ok) found = told;
      else if (answer.status !== 404) return;
    } catch {
      return; // no connection: the server looks again when the form arrives
    }
    if (mine === asked) say(found);
  }

  function say(found) {
    const words = !found ? "textNone" : found.how === "nearest" ? "textNearest" : "textInside";
    line.textContent = line.dataset[words].replace("{name}", found?.name ?? "").replace("{metres}", found?.metres ?? "");
    line.dataset.how = found?.how ?? "none";
    line.hidden = false;
    if (found && place && !place.value && [...place.options].some(({ value }) => value === found.id)) {
      place.value = found.id;
      for (const name of ["change", "draft:restored"]) place.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }
}
