"""Static files: our own under portal/static, other people's libraries picked one by one out of node_modules."""
