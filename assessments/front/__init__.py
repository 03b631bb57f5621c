"""What `assessments` adds to the shared pages: home lines, navigation, help."""
