"""What members write: their words, files and tables turned into typed commands, and back into templates."""
