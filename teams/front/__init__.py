"""What `teams` adds to the shared pages: home lines, search, navigation, help, texts for the chat group."""
