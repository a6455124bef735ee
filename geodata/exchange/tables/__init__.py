"""From a sheet as a person laid it out to rows of typed values."""
