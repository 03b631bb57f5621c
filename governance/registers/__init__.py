"""What upper apps bring to the pages that everybody shares: lines, search, places, help, texts (`Register`)."""
