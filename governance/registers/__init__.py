"""What apps add to the shared pages: home lines, search, navigation, help, texts for the chat group (`Register`)."""
