"""Files in and out, without Django: cells, Chinese dates, department lists, exports (docs/rules.md#workbooks)."""
