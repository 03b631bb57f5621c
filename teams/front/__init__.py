"""What the teams bring to the shared pages: lines of home, the search, the navigation, help, texts for the group."""
