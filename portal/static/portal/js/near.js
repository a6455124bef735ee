// "Near me": asks the device once, rounds to ten metres, and puts the place into the address. Nothing is kept.

import { failure } from "./checkin/judge.js";

const OPTIONS = { enableHighAccuracy: true, maximumAge: 60_000, timeout: 15_000 };
const DECIMALS = 4;

const button = document.querySelector("[data-near-locate]");
const note = document.querySelector("[data-near-note]");

function told(state) {
  note.textContent = note.dataset[state] ?? "";
  button.disabled = state === "waiting";
}

function locate() {
  if (!("geolocation" in navigator) || !window.isSecureContext) {
    told("unsupported");
    return;
  }
  told("waiting");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const radius = document.querySelector("[data-near-radius]").value;
      const place = { lon: coords.longitude.toFixed(DECIMALS), lat: coords.latitude.toFixed(DECIMALS), radius };
      window.location.assign(`?${new URLSearchParams(place)}`);
    },
    (error) => told(failure(error.code)),
    OPTIONS,
  );
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", locate);
}
