"""The only door to GDAL, Excel, zip files, CSV text and geometry checks: a confined, killable child process."""
