// The decoded features of the tile under a position, out of what is already here: the library has no hit test fit for use.

/**
 * @returns {{features: object[], point: {x: number, y: number}, scale: number, zoom: number}|null} `point` in the tile's own
 * pixels, `scale` screen pixels per tile pixel; null where no tile of the source has come yet
 */
export function underPointer(map, layer, source, latlng) {
  const view = layer?.views.get(source);
  if (!view) return null;
  const zoom = Math.round(map.getZoom()); // the step whose tiles are on the screen
  const world = map.project(latlng, zoom);
  const tile = view.dataTileForDisplayTile({ z: zoom, x: Math.floor(world.x / 256), y: Math.floor(world.y / 256) });
  const { z, x, y } = tile.dataTile;
  const features = view.tileCache.cache.get(`${x}:${y}:${z}`)?.data.get(source);
  if (!features) return null;
  return { features, point: { x: (world.x - tile.origin.x) / tile.scale, y: (world.y - tile.origin.y) / tile.scale }, scale: tile.scale, zoom };
}
