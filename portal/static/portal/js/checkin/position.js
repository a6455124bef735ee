// The phone's position: watched while the page is seen, the best fix of the last half minute kept.

import { better, failure } from "./judge.js";

const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
const REFRESH = 60_000; // a phone that lies still sends nothing by itself

export class Position {
  /** @param {{found: (fix: object) => void, failed: (state: string) => void}} told */
  constructor(told) {
    this.told = told;
    this.fix = null;
    this.watch = null;
  }

  start() {
    if (!("geolocation" in navigator) || !window.isSecureContext) {
      this.told.failed("unsupported");
      return;
    }
    this.restart();
    window.setInterval(() => document.visibilityState === "visible" && this.restart(), REFRESH);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.restart());
  }

  /** Asks anew; with `forget` the fix that is held counts no more. */
  restart({ forget = false } = {}) {
    if (forget) this.fix = null;
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.take(position),
      (error) => this.fix === null && this.told.failed(failure(error.code)),
      OPTIONS,
    );
  }

  take({ coords, timestamp }) {
    const found = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, timestamp };
    if (!better(this.fix, found, Date.now())) return;
    this.fix = found;
    this.told.found(found);
  }
}
