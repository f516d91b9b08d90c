"""What is known of a target beyond its document: people, known items, declared differences."""
