// Fetches vector tiles for protomaps-leaflet, which would parse an error page as a tile: here a bad answer is an error
// that the map can show, an empty one (204) an empty tile, and a request that is no longer wanted is dropped.

export class TileSource {
  /** @param {string} template address with {z} {x} {y}  @param {(event: "start"|"done"|"failed") => void} report */
  constructor(template, report) {
    this.template = template;
    this.report = report;
  }

  address(z, x, y) {
    return this.template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
  }

  /** The interface that protomaps-leaflet asks of a tile archive. */
  async getZxy(z, x, y, signal) {
    this.report("start");
    try {
      const answer = await fetch(this.address(z, x, y), { signal, credentials: "same-origin" });
      if (answer.status !== 204 && !answer.ok) throw new Error(`tile ${z}/${x}/${y}: ${answer.status}`);
      const data = await answer.arrayBuffer();
      this.report("done");
      return { data };
    } catch (error) {
      this.report(error.name === "AbortError" ? "done" : "failed");
      throw error;
    }
  }
}
