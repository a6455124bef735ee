"""The spatial references of the database, named once. Transforms and their evidence are in geodata/crs."""

STORAGE_SRID = 4490  # CGCS2000 longitude/latitude; to lon/lat of WGS 84 the identity
WEB_SRID = 3857  # Web Mercator: tiles only, never areas (+32 % here)
METRIC_SRID = 4547  # CGCS2000 / 3-degree Gauss-Kruger CM 114E: metres for distance and area (+0.019 % here)
