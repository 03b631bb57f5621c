"""Files that show what was done: attached, shown, packed and served."""
