"""Assessment plans: imported, adopted as one document, followed by versions."""
