"""Files in and out (DESIGN 7), without Django: cells, Chinese dates, department lists, workbooks, neutral exports."""
