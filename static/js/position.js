/**
 * Where the phone is, asked from the device and put into hidden inputs.
 *
 * The person sees in words what came of it: found and how exactly, refused,
 * not found, too slow, or not possible over this connection. A form can always
 * be sent without a position. The best reading of a few seconds is kept, since
 * the first one from a phone is often a kilometre off.
 */

const GOOD_ENOUGH = 25;
const PATIENCE = 20000;

for (const field of document.querySelectorAll("[data-position]")) start(field);
document.addEventListener("htmx:load", (event) => {
  for (const field of event.target.querySelectorAll?.("[data-position]") ?? []) start(field);
});

function start(field) {
  if (field.dataset.started) return;
  field.dataset.started = "1";
  const say = field.querySelector("[data-position-status]");
  const ask = field.querySelector("[data-position-ask]");
  const input = (name) => field.querySelector(`[data-position-${name}]`);
  let watching = null;

  ask.addEventListener("click", take);
  // The moment a photo is taken is the moment whose place counts.
  field.closest("form")?.addEventListener("change", (event) => {
    if (event.target.matches("[data-photos-camera]") && !watching) take();
  });
  if ("auto" in field.dataset) takeIfAllowed();

  async function takeIfAllowed() {
    const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (permission?.state === "granted") take();
  }

  function take() {
    if (!window.isSecureContext || !navigator.geolocation) {
      show("failed", field.dataset.textInsecure);
      return;
    }
    stop();
    show("asking", field.dataset.textAsking);
    ask.disabled = true;
    let best = null;
    const enough = setTimeout(() => finish(best), PATIENCE);
    watching = {
      timer: enough,
      id: navigator.geolocation.watchPosition(
        (position) => {
          if (!best || position.coords.accuracy < best.coords.accuracy) best = position;
          keep(best);
          if (best.coords.accuracy <= GOOD_ENOUGH) finish(best);
        },
        (problem) => {
          if (best) finish(best);
          else fail(problem);
        },
        { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 15000 },
      ),
    };
  }

  function keep(position) {
    const { latitude, longitude, accuracy } = position.coords;
    input("lat").value = latitude.toFixed(6);
    input("lng").value = longitude.toFixed(6);
    input("accuracy").value = String(Math.ceil(accuracy));
    input("at").value = new Date(position.timestamp).toISOString();
    show("found", `${field.dataset.textFound} ${Math.ceil(accuracy)} ${field.dataset.textMetres}`);
    field.dispatchEvent(new CustomEvent("position:taken", { bubbles: true, detail: { latitude, longitude, accuracy } }));
  }

  function finish(best) {
    stop();
    if (!best) show("failed", field.dataset.textTimeout);
  }

  function fail(problem) {
    stop();
    const words = { 1: "textDenied", 2: "textUnavailable", 3: "textTimeout" }[problem.code];
    show("failed", field.dataset[words] ?? field.dataset.textUnavailable);
  }

  function stop() {
    ask.disabled = false;
    if (!watching) return;
    clearTimeout(watching.timer);
    navigator.geolocation.clearWatch(watching.id);
    watching = null;
  }

  function show(state, words) {
    field.dataset.state = state;
    say.textContent = words;
  }
}
