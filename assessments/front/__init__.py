"""What the assessment brings to the shared pages: lines of home, the navigation, help."""
