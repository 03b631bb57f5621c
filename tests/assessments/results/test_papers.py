"""The papers of a result: what they say, who takes them, and that nothing unpublished leaves by them."""
