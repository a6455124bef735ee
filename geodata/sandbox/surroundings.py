"""What a child finds around it when it is started."""


def clean_environment() -> dict[str, str]:
    """Nothing of the server's own: no credentials, no proxies, one thread for every library, GDAL and PROJ offline."""
    return {
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "GDAL_NUM_THREADS": "1",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_HTTP_ENABLED": "NO",
        "GDAL_PAM_ENABLED": "NO",
        "CPL_CURL_ENABLED": "NO",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "OSR_SET_FROM_USER_INPUT_ALLOW_NETWORK_ACCESS": "NO",
        "OSR_SET_FROM_USER_INPUT_ALLOW_FILE_ACCESS": "NO",
        "PROJ_NETWORK": "OFF",
    }
