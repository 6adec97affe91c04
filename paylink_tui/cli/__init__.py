"""The command line: one module per noun; nothing heavy is imported until a command runs."""
