"""Rules of the work that need no database: values in, values out, no Django."""
