"""What the loop adds to the shared pages: home lines, search, navigation, help."""
