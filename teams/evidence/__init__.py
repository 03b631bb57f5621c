"""Evidence: files that show what was done; attaching, showing, packing and serving them."""
