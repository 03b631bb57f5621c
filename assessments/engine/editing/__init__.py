"""Plans as people edit them: the fields of each table, and the sheets of a workbook."""
