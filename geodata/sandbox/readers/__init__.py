"""What runs inside the child: one reader for each kind of file. Nothing here is imported by the web process."""
