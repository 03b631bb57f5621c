"""What is stored as structure, put in words in the reader's language when it is opened (docs/rules.md#explanations)."""
