"""The command line: one module a noun, loaded when it is called."""
